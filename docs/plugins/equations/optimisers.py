r"""Arrows that carry a state from step to step, compared with PyTorch's optimisers.

    v \leftarrow \beta v + \partial L / \partial w     says how a state changes, which the notation
    w \leftarrow w - \eta v                            lets begin at 0, and then what is done with it

All arrows of the page that the last one needs are followed for three steps, in their order, with
$k$ as the number of the step. PyTorch's optimiser gets the same start and the same gradients of
its own parameters. Which one it is, the letters say: with $\beta_1$ and $\beta_2$ it is Adam, with
$\beta$ or none SGD; $\alpha$ is its weight decay.
"""

import numpy as np

from docs.plugins.equations.algebra import Definition, Program, World, to_numpy
from docs.plugins.equations.tex import Node, Notation, Wrong

STEPS = 3  # the first has a state of 0, the third one that has been carried twice
STATE = "0 before the first step"  # in the table of symbols


def is_state(notation: Notation, name: str) -> bool:
    """Return whether a symbol is one that is carried from step to step."""
    return name in notation and STATE in notation[name].words


def needed(program: Program, states: dict[str, Definition], body: Node) -> dict[str, Definition]:
    """Return {name: its arrow} of the states that an arrow needs, in the order of the page.

    Wrong if one of them has no arrow yet.
    """
    found, nodes = set(), [body]
    while nodes:
        reach = program.reach(*program.names(nodes.pop()))
        for name in sorted(name for name in reach - found if is_state(program.notation, name)):
            if name not in states:
                raise Wrong(f"{name} has no arrow yet: say before this how it changes in a step")
            found.add(name)
            nodes.append(states[name].node)
    return {name: made for name, made in states.items() if name in found}


class Followed:
    """The arrows of a page for one parameter, with the states that they need.

    ``arrow`` is that of the parameter, and ``states`` are {name: arrow}, in their order.
    """

    def __init__(self, program, states, arrow, torch_module):
        self.states, self.arrow, self.torch = states, arrow, torch_module
        self.nodes = [*(made.node for made in states.values()), arrow.node]
        self.names = program.reach(*program.names(*self.nodes))
        self.kept = program.reach(*program.names(*self.nodes[:-1]))  # what states are made of
        needs = [made.node for made in program.needs(*self.nodes)]
        slopes = [part for node in [*self.nodes, *needs] for part in node.walk() if part.op == "slope"]
        slopes = [s for s in slopes if arrow.name in program.notation.names(s.args[1])]
        if not slopes:
            raise Wrong(f"no arrow before it has a gradient by {arrow.name}")
        self.loss = slopes[0].args[0]

    @property
    def kind(self) -> str:
        """Return the name of the optimiser in torch.optim that the letters say."""
        if not {r"\beta_1", r"\beta_2"} & self.names:
            return "SGD"
        # Decoupled decay shrinks the parameter itself, and no state knows of it.
        return "AdamW" if r"\alpha" in self.names - self.kept else "Adam"

    def ours(self, world: World) -> np.ndarray:
        """Return the parameter after each of the steps that the page's arrows make."""
        name, found = self.arrow.name, []
        now = {name: world.symbol(name)}
        now |= {state: 0 * world.symbol(state) for state in self.states}
        for step in range(1, STEPS + 1):
            now["k"] = world.array(float(step))
            for made in [*self.states.values(), self.arrow]:
                moved = world.where(dict(now))
                now[made.name] = moved.table(made.node, made.counters)
            found.append(to_numpy(now[name]))
        return np.stack(found)

    def theirs(self, world: World) -> np.ndarray:
        """Return the parameter after each of the steps that PyTorch's optimiser makes."""
        torch, name, found = self.torch, self.arrow.name, []
        parameter = torch.tensor(to_numpy(world.symbol(name)), dtype=torch.double)

        def number(letter):
            return float(world.symbol(letter)) if letter in self.names else 0.0

        options = {"lr": float(world.symbol(r"\eta")), "weight_decay": number(r"\alpha")}
        if self.kind == "SGD":
            options["momentum"] = number(r"\beta")
        else:
            options |= {"betas": (number(r"\beta_1"), number(r"\beta_2")), "eps": number(r"\varepsilon")}
        optimiser = getattr(torch.optim, self.kind)([parameter], **options)
        for _ in range(STEPS):
            moved = world.where({name: world.array(to_numpy(parameter).copy())})
            slope = moved.jacobian(lambda world: world(self.loss), name)
            parameter.grad = torch.as_tensor(to_numpy(slope), dtype=torch.double)
            optimiser.step()
            found.append(to_numpy(parameter).copy())
        return np.stack(found)
