# %% [markdown]
# # Play with XOR
#
# *You will* change the activation, the learning rate, the width and the start of a small network, and see what happens.
#
# *You need* [Teach a network XOR](../lessons/xor.md) and, to run it on your own machine, [np_nn](../np_nn.md) and matplotlib.
#
# Each section asks a question.
# Say your answer aloud before you look at the result.
# Then the lab is yours: change a number, run it again, and see whether you understood why.

# %%
import matplotlib.pyplot as plt
import numpy as np

from np_nn.network import SGD, BCEWithLogitsLoss, Linear, Network, ReLU, Sigmoid, Tanh

inputs = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])
targets = np.array([[0.0], [1.0], [1.0], [0.0]])  # XOR

# %% [markdown]
# ## Build it and train it
#
# This is the network of the lesson; the choices that I made there are now arguments.
# There is one hidden layer of $d_1$ units, and one output unit:
#
# $$\begin{aligned} A_1 &= \varphi(Z_1) = \varphi(X W_1^\top + \boldsymbol{b}_1) \\ Z_2 &= A_1 W_2^\top + \boldsymbol{b}_2 \end{aligned}$$
#
# *Shapes*: $X$: $4 \times 2$. $W_1$: $d_1 \times 2$. $W_2$: $1 \times d_1$. $Z_2$: $4 \times 1$, one number for each example.


# %%
def build(width=8, activation=Tanh, seed=0):
    rng = np.random.default_rng(seed)
    return Network([Linear(2, width, rng), activation(), Linear(width, 1, rng)])


def train(network, lr=0.5, steps=2000):
    loss = BCEWithLogitsLoss()
    optimizer = SGD(network.parameters(), lr=lr)
    losses = []
    for _ in range(steps):
        losses.append(loss.forward(network.forward(inputs), targets))
        network.backward(loss.backward())
        optimizer.step()
    return losses


network = build()
losses = train(network)
print(f"loss of the first step {losses[0]:.4f}, of the last one {losses[-1]:.4f}")
print("answers:", (network.forward(inputs) > 0).astype(int).ravel())

# %% [markdown]
# ## Does it learn evenly?
#
# The first loss is close to $\ln 2$, the loss of guessing.
# From there, does each step make it a little better?

# %% alt="The loss stays level at first, then falls like a cliff, then creeps towards 0."
plt.plot(losses[:400])
plt.xlabel("step")
plt.ylabel("loss L")
plt.show()

# %% [markdown]
# No: first comes a short plateau, then a cliff, then a long tail.
# On the plateau, a network that will learn looks just like one that never will.
#
# **Change it.** Give `build` another `seed`: is the plateau always this long?

# %% [markdown]
# ## How does it change its mind?
#
# I trained the network on four points, but it answers for the whole plane.
# It answers 1 where $\sigma(z) > \frac{1}{2} \iff z > 0$: the blue part below.
# The filled dots should be in the blue part, and the hollow ones outside it.
# Which of the four does it get right last?

# %% alt="Four planes. The blue part moves until it holds both filled dots and no hollow one."
network = build()
ticks = np.linspace(-0.5, 1.5, 61)
x1, x2 = np.meshgrid(ticks, ticks)
grid = np.column_stack([x1.ravel(), x2.ravel()])
is_one = targets.ravel() == 1

figure, all_axes = plt.subplots(2, 2, figsize=(5.5, 5.5), sharex=True, sharey=True)
done = 0
for axes, step in zip(all_axes.flat, [0, 40, 80, 2000]):
    train(network, steps=step - done)
    done = step
    z = network.forward(grid).reshape(x1.shape)
    axes.contourf(x1, x2, z, levels=[0, np.inf], colors="C0", alpha=0.25)
    axes.plot(*inputs[is_one].T, "o", color="C0", markersize=8)
    axes.plot(*inputs[~is_one].T, "o", color="black", fillstyle="none", markersize=8)
    axes.set(xticks=[0, 1], yticks=[0, 1], xlabel="x₁", ylabel="x₂", aspect="equal")
    axes.set_title(f"after {step} steps")
    axes.label_outer()
plt.show()

# %% [markdown]
# The last one is $(1, 1)$: for a while the network says 1 wherever an input is large, which is OR.
#
# **Change it.** Use `ReLU` for the hidden layer, and the edges become straight.
# Then remove units until the network fails, and look at how it fails.

# %% [markdown]
# ## How long may a step be?
#
# The learning rate $\eta$ says how far a step goes: $W \leftarrow W - \eta\, \frac{\partial L}{\partial W}$.
# Here are four learning rates, each from the same start.
# Which one gets down first, and does the longest step win?

# %% alt="Four loss curves. The second longest step ends lowest, the longest jumps up and stays."
for lr, style in [(0.05, "k:"), (0.5, "C0--"), (5, "C0-"), (20, "C1-")]:
    losses = train(build(), lr=lr, steps=300)
    plt.semilogy(losses, style)
    plt.text(308, losses[-1], f"lr = {lr}", color=style.rstrip(":-"), va="center")
plt.xlim(0, 370)
plt.xticks([0, 100, 200, 300])
plt.gca().yaxis.set_major_formatter("{x:g}")
plt.xlabel("step")
plt.ylabel("loss L")
plt.show()

# %% [markdown]
# The longest step doesn't win: it threw the network so far that it did not come back.
# The second longest jumped up too, but it was lucky.
#
# **Change it.** The largest rate that still works from this start is between these two.
# How close to it can you get?

# %% [markdown]
# ## Does the activation matter?
#
# All three activations bend the plane, so each of them can solve XOR.
# Will they learn it equally fast?

# %%
shown = [0, 100, 500, 1999]
print(f"{'step':8}", *(f"{step:8}" for step in shown))
for activation in [Tanh, Sigmoid, ReLU]:
    losses = train(build(activation=activation))
    print(f"{activation.__name__:8}", *(f"{losses[step]:8.4f}" for step in shown))

# %% [markdown]
# The slope of a sigmoid is at most $\frac{1}{4}$, and every gradient on its way to $W_1$ is multiplied by such a slope.
#
# **Change it.** Give `Sigmoid` a larger `lr`.
# How much larger must it be to keep up with `Tanh`?

# %% [markdown]
# ## How many hidden units does it need?
#
# Two lines can cut XOR out of the plane, so two hidden units can do it.
# But will they *learn* it?
# I count the seeds that end with a loss below 0.1.
# Such a loss needs four right answers: a single wrong one costs at least $\frac{1}{4} \ln 2$, which is more.

# %%
for width in [1, 2, 3, 8]:
    networks = [build(width, seed=seed) for seed in range(10)]
    solved = sum(train(network, lr=2, steps=300)[-1] < 0.1 for network in networks)
    print(f"{width} hidden: {solved:2} of {len(networks)} seeds")

# %% [markdown]
# One unit never can, two units can but often don't, and a few more make it easy.
# The spare units aren't needed for the answer: they make it more likely that some of them start well.
#
# **Change it.** Are the seeds that failed with two units only slow?
# Give them ten times as many steps.

# %% [markdown]
# ## What if it starts at zero?
#
# Zero is neither positive nor negative, so it may look like the fairest start.
# Where will the loss be after 2,000 steps?

# %%
network = build()
for parameter, _ in network.parameters():
    parameter[:] = 0
losses = train(network)
print(f"first {losses[0]:.4f}, last {losses[-1]:.4f}, ln 2 = {np.log(2):.4f}")
moved = sum(np.count_nonzero(parameter) for parameter, _ in network.parameters())
print("parameters that moved:", moved)

# %% [markdown]
# Not one parameter moved.
# All activations are 0, so $W_2$ gets no gradient.
# $W_2$ is 0, so nothing flows back to $W_1$ and $\boldsymbol{b}_1$.
# And the errors of the four answers cancel, so $\boldsymbol{b}_2$ stays where it is too.
#
# **Change it.** Fill every parameter with 0.5 instead.
# Now the gradients are not zero, and the network still doesn't solve XOR.
# Why do eight units that start equal count as one?

# %% [markdown]
# ## Change it here
#
# This is the playground: everything the lab has shown, in one cell, with its plot.
# Press *Edit*, change a number in the first line, and run it again.
#
# Start with one change at a time, and say before each run what you expect.

# %% alt="The plane of the trained network: both full dots lie in the blue part, the hollow ones outside."
width, activation, seed, lr, steps = 8, Tanh, 0, 0.5, 500

network = build(width, activation, seed)
losses = train(network, lr, steps)
print(f"loss {losses[-1]:.4f}, answers", (network.forward(inputs) > 0).astype(int).ravel())

z = network.forward(grid).reshape(x1.shape)
plt.contourf(x1, x2, z, levels=[0, np.inf], colors="C0", alpha=0.25)
plt.plot(*inputs[is_one].T, "o", color="C0", markersize=8)
plt.plot(*inputs[~is_one].T, "o", color="black", fillstyle="none", markersize=8)
plt.gca().set(xlabel="x₁", ylabel="x₂", aspect="equal", xticks=[0, 1], yticks=[0, 1])
plt.title(f"after {steps} steps")
plt.show()

# %% [markdown]
# Which settings fail?
# Try `width` 2 with `seed` 3, or `lr` 20, and look at where the edge of the blue part ends up.
