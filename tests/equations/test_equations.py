"""The equations of the site are true, and one that is changed is refused."""

import itertools
import re
import subprocess
import sys
from functools import cache

import numpy as np
import pytest
import torch
from bs4 import BeautifulSoup

from docs.plugins import paths
from docs.plugins.equations import algebra
from docs.plugins.equations import check as equations
from docs.plugins.equations.check import check_page
from docs.plugins.equations.tex import Node, Wrong, parse, read, states_something
from docs.plugins.ledger import store
from docs.plugins.problem import PageError
from docs.plugins.reading import render
from docs.plugins.reading.page import Page
from np_nn.network import Linear

PAGES = store.pages()
SHOWN = {path: str(path.relative_to(paths.DOCS)) for path in PAGES}


@cache
def text_of(path):
    return path.read_text(encoding="utf-8")


@cache
def checked_of(path):
    return check_page(Page(text_of(path), path))


def page_of(*formulas):
    """Return a page that has read some displays and lines of shapes, one a line."""
    page = equations.notation().fork()
    for line, tex in enumerate(formulas, start=1):
        page.check(line, "shapes" if "$" in tex else "display", tex)
    return page


def refuse(text, path="page.md"):
    """Return [(line, what)] for which a page is refused."""
    with pytest.raises(PageError) as caught:
        check_page(Page(text, path))
    return [(problem.line, problem.words) for problem in caught.value.problems]


# The site


@pytest.mark.parametrize("path", PAGES, ids=SHOWN.get)
def test_the_equations_of_a_page_are_true(path):
    formulas = read(Page(text_of(path), path))
    displays = {line for line, kind, _ in formulas if kind == "display"}
    assert displays <= {statement.line for statement in checked_of(path)}


def test_the_site_has_equations_of_all_kinds():
    evaluated = [c for path in PAGES for c in checked_of(path) if c.kind == "evaluated"]
    against = {c.against for c in evaluated}
    assert len(evaluated) > 80
    assert {"random numbers", "central differences and autograd", "torch.optim.SGD"} <= against
    assert {"the page's numbers", f"{equations.DRAWS} draws", "shapes"} <= against
    # Central differences leave about 1e-10: none is near the 1e-6 at which it would be refused.
    assert max(c.error for c in evaluated if r"\approx" not in c.tex) < 1e-8


def test_exempt_equations_are_few_and_none_is_left_over():
    exempt = {c.tex for path in PAGES for c in checked_of(path) if c.kind == "exempt"}
    assert exempt == set(equations.EXEMPT)
    assert len(exempt) < 10
    assert all(len(reason.split()) > 5 for reason in equations.EXEMPT.values())


@pytest.mark.parametrize("path", [path for path in PAGES if path.suffix == ".md"], ids=SHOWN.get)
def test_every_formula_that_a_reader_sees_is_read(path):
    html = BeautifulSoup(render.to_html(text_of(path)), "html.parser")
    shown = [" ".join(span.get_text()[2:-2].split()) for span in html.select(".arithmatex")]
    formulas = read(Page(text_of(path), path))
    found = [tex for _, kind, tex in formulas if kind != "shapes"]
    assert sorted(found) == sorted(shown)


# Right and wrong

# What a page says first (.), then equations that are true (+), and some that are not (-).
TABLE = r"""
matrix product
    + Z = X W^\top + \boldsymbol{b}
    - Z = X W + \boldsymbol{b}
    - Z = X^\top W + \boldsymbol{b}
    - Z = W X^\top + \boldsymbol{b}
    - Z = X W^\top - \boldsymbol{b}
    - Z = X W^\top
    - Z = X W^\top + b
    - Z = X \odot W^\top + \boldsymbol{b}
    - Z = \boldsymbol{b} W^\top + X
entries
    + z_{nj} = \sum_{i=1}^{d} x_{ni} w_{ji} + b_j
    - z_{nj} = \sum_{i=1}^{d} x_{ni} w_{ij} + b_j
    - z_{nj} = \sum_{i=1}^{d} x_{in} w_{ji} + b_j
    - z_{nj} = \sum_{i=1}^{d} x_{ni} w_{ji} + b_n
    - z_{nj} = \sum_{i=1}^{d} x_{ni} w_{ji}
    - z_{nj} = \sum_{i=1}^{d} (x_{ni} w_{ji} + b_j)
    - z_{nj} = \sum_{i=2}^{d} x_{ni} w_{ji} + b_j
    - z_{nj} = \sum_{i=1}^{m} x_{ni} w_{ji} + b_j
    - z_{nj} = x_{ni} w_{ji} + b_j
rows
    + Z_n = W X_n + \boldsymbol{b}
    - Z_n = X_n W + \boldsymbol{b}
    - Z_n = W X_n
    - Z_n = W X + \boldsymbol{b}
transpose of a product
    + (XW^\top)^\top = W X^\top
    - (XW^\top)^\top = X^\top W
    - XW^\top = W X^\top
layers
    . A_1 = \sigma(Z_1)
    + Z_2 = A_1 W_2^\top + \boldsymbol{b}_2
    - Z_2 = A_1 W_1^\top + \boldsymbol{b}_2
    - Z_2 = A_1 W_2 + \boldsymbol{b}_2
    - Z_2 = A_1 W_2^\top + \boldsymbol{b}_1
    - Z_2 = Z_1 W_2^\top + \boldsymbol{b}_2
    - Z_2 = X W_2^\top + \boldsymbol{b}_2
layers without activations
    . A_1 := Z_1
    + Z_2 = X (W_2 W_1)^\top + (\boldsymbol{b}_1 W_2^\top + \boldsymbol{b}_2)
    - Z_2 = X (W_1 W_2)^\top + (\boldsymbol{b}_1 W_2^\top + \boldsymbol{b}_2)
    - Z_2 = X W_2 W_1 + (\boldsymbol{b}_1 W_2^\top + \boldsymbol{b}_2)
    - Z_2 = X (W_2 W_1)^\top + (\boldsymbol{b}_1 + \boldsymbol{b}_2)
sigmoid
    + \sigma(z) = \frac{1}{1 + e^{-z}}
    - \sigma(z) = \frac{1}{1 - e^{-z}}
    - \sigma(z) = \frac{1}{1 + e^{z}}
    - \sigma(z) = \frac{1}{2 + e^{-z}}
    - \sigma(z) = \frac{1}{e^{-z}}
    - \sigma(z) = 1 + e^{-z}
tanh
    + \tanh z = 2 \sigma(2z) - 1
    - \tanh z = 2 \sigma(z) - 1
    - \tanh z = \sigma(2z) - 1
step
    + \operatorname{step}(z) = \begin{cases} 1 & \text{if } z > 0 \\ 0 & \text{else} \end{cases}
    - \operatorname{step}(z) = \begin{cases} 1 & \text{if } z \ge 0 \\ 0 & \text{else} \end{cases}
    - \operatorname{step}(z) = \begin{cases} 1 & \text{if } z < 0 \\ 0 & \text{else} \end{cases}
    - \operatorname{step}(z) = \begin{cases} 0 & \text{if } z > 0 \\ 1 & \text{else} \end{cases}
    - \operatorname{step}(z) = \begin{cases} 1 & \text{if } z > 1 \\ 0 & \text{else} \end{cases}
ReLU
    + \operatorname{ReLU}(z) = \max(0, z)
    - \operatorname{ReLU}(z) = \max(1, z)
    - \operatorname{ReLU}(z) = |z|
a function of the page
    . \varphi(x) = \begin{cases} x & \text{if } x > 0 \\ 0.01 x & \text{otherwise} \end{cases}
    + \varphi'(z) = 0.01 + 0.99 \operatorname{step}(z)
    - \varphi'(z) = 0.01 + \operatorname{step}(z)
    - \varphi'(z) = \varphi(z)
slope of the sigmoid
    . a = \sigma(z)
    + \sigma'(z) = \sigma(z) (1 - \sigma(z)) = a (1 - a)
    - \sigma'(z) = \sigma(z) (1 - \sigma(z)) = z (1 - z)
    - \sigma'(z) = \sigma(z) (1 + \sigma(z))
    - \sigma'(a) = a (1 - a)
    - \sigma(z) = a (1 - a)
slope of tanh
    + \tanh'(z) = 1 - \tanh^2(z)
    - \tanh'(z) = 1 - z^2
    - \tanh'(z) = 1 - \tanh(z)
    - \tanh'(z) = 1 + \tanh^2(z)
chain rule
    . z = wx + b
    . a = \sigma(z)
    . L = (a - y)^2
    + \partial L / \partial w = \partial L / \partial a \cdot \partial a / \partial z \cdot x
    + \frac{\partial L}{\partial w} = 2(a - y) \cdot \sigma'(z) \cdot x
    - \partial L / \partial w = \partial L / \partial a \cdot \partial a / \partial z
    - \partial L / \partial w = \partial L / \partial a \cdot \partial a / \partial w \cdot x
    - \frac{\partial L}{\partial w} = 2(a - y) \cdot \sigma(z) \cdot x
    - \frac{\partial L}{\partial w} = 2(a - y) \cdot \sigma'(a) \cdot x
    - \frac{\partial L}{\partial w} = 2(a - y) \cdot \sigma'(z) \cdot w
    - \frac{\partial L}{\partial w} = 2(y - a) \cdot \sigma'(z) \cdot x
    - \frac{\partial L}{\partial w} = (a - y) \cdot \sigma'(z) \cdot x
    - \frac{\partial L}{\partial w} = 2a - y \cdot \sigma'(z) \cdot x
    - \frac{\partial L}{\partial b} = 2(a - y) \cdot \sigma'(z) \cdot x
mean squared error
    . A = \varphi(Z)
    . L = \operatorname{MSE}(A, Y)
    + L = \frac{1}{Nm} \sum_{n,j} (A_{nj} - Y_{nj})^2
    + L = \frac{1}{Nm} \sum_{n=1}^{N} \sum_{j=1}^{m} (a_{nj} - y_{nj})^2
    - L = \frac{1}{N} \sum_{n,j} (A_{nj} - Y_{nj})^2
    - L = \frac{1}{Nd} \sum_{n,j} (A_{nj} - Y_{nj})^2
    - L = \frac{1}{Nm} \sum_{n,j} (A_{nj} + Y_{nj})^2
    - L = \frac{1}{Nm} \sum_{n,j} (A_{nj} - Y_{nj})
    - L = \frac{1}{Nm} \sum_{n,j} A_{nj} - Y_{nj}^2
    - L = \frac{1}{Nm} \sum_{n} (A_{n1} - Y_{n1})^2
its gradient
    . A = \varphi(Z)
    . L = \operatorname{MSE}(A, Y)
    + \frac{\partial L}{\partial A} = \frac{2}{Nm} (A - Y)
    - \frac{\partial L}{\partial A} = \frac{1}{Nm} (A - Y)
    - \frac{\partial L}{\partial A} = \frac{2}{N} (A - Y)
    - \frac{\partial L}{\partial A} = \frac{2}{Nm} (Y - A)
    - \frac{\partial L}{\partial A} = \frac{2}{Nm} A - Y
    - \frac{\partial L}{\partial A} = 2 (A - Y)
    - \frac{\partial L}{\partial Y} = \frac{2}{Nm} (A - Y)
    - \frac{\partial L}{\partial Z} = \frac{2}{Nm} (A - Y)
delta
    . A = \varphi(Z)
    . L = \operatorname{MSE}(A, Y)
    + \Delta = \frac{\partial L}{\partial Z} = \frac{\partial L}{\partial A} \odot \varphi'(Z)
    - \Delta = \frac{\partial L}{\partial A}
    - \Delta = \frac{\partial L}{\partial A} \odot \varphi(Z)
    - \Delta = \frac{\partial L}{\partial A} \odot \varphi'(A)
    - \Delta = \frac{\partial L}{\partial A} \odot \sigma'(Z)
    - \Delta = \frac{\partial L}{\partial A} \varphi'(Z)
    - \Delta = \frac{\partial L}{\partial A} + \varphi'(Z)
gradients of a layer
    . A = \varphi(Z)
    . L = \operatorname{MSE}(A, Y)
    + \frac{\partial L}{\partial W} = \Delta^\top X = \sum_n \Delta_n X_n^\top
    - \frac{\partial L}{\partial W} = X^\top \Delta
    - \frac{\partial L}{\partial W} = \Delta X
    - \frac{\partial L}{\partial W} = X \Delta^\top
    - \frac{\partial L}{\partial W} = -\Delta^\top X
    - \frac{\partial L}{\partial W} = \frac{1}{N} \Delta^\top X
    - \frac{\partial L}{\partial W} = \Delta_n X_n^\top
    - \frac{\partial L}{\partial W} = \left(\frac{\partial L}{\partial A}\right)^\top X
    + \frac{\partial L}{\partial w_{ji}} = \sum_n \Delta_{nj} x_{ni}
    - \frac{\partial L}{\partial w_{ij}} = \sum_n \Delta_{nj} x_{ni}
    - \frac{\partial L}{\partial w_{ji}} = \Delta_{nj} x_{ni}
    + \frac{\partial L}{\partial b_j} = \sum_n \Delta_{nj}
    - \frac{\partial L}{\partial b_j} = \sum_j \Delta_{nj}
    - \frac{\partial L}{\partial b_j} = \Delta_{nj}
    - \frac{\partial L}{\partial b_j} = \Delta_{1j}
    - \frac{\partial L}{\partial b_j} = \frac{1}{N} \sum_n \Delta_{nj}
    + \frac{\partial L}{\partial \boldsymbol{b}} = \sum_n \Delta_n
    - \frac{\partial L}{\partial \boldsymbol{b}} = \Delta
    - \frac{\partial L}{\partial b} = \sum_n \Delta_n
    + \frac{\partial L}{\partial X} = \Delta W
    - \frac{\partial L}{\partial X} = \Delta W^\top
    - \frac{\partial L}{\partial X} = W \Delta
    - \frac{\partial L}{\partial X} = W^\top \Delta
    - \frac{\partial L}{\partial X} = \Delta
gradients of two layers
    . A_1 = \sigma(Z_1)
    . \hat{Y} = \tanh(Z_2)
    . L = \operatorname{MSE}(\hat{Y}, Y)
    + \Delta_1 = \Delta_2 W_2 \odot \sigma'(Z_1)
    - \Delta_1 = \Delta_2 W_2 \odot \sigma'(Z_2)
    - \Delta_1 = \Delta_2 W_2 \odot \tanh'(Z_1)
    - \Delta_1 = \Delta_2 W_2^\top \odot \sigma'(Z_1)
    - \Delta_1 = \Delta_2 W_1 \odot \sigma'(Z_1)
    - \Delta_1 = \Delta_2 W_2
    + \frac{\partial L}{\partial W_1} = \Delta_1^\top X
    - \frac{\partial L}{\partial W_1} = \Delta_2^\top X
    - \frac{\partial L}{\partial W_1} = \Delta_1^\top A_1
    - \frac{\partial L}{\partial W_2} = \Delta_1^\top X
cross-entropy
    . p = \sigma(z)
    . L = -y \ln p - (1 - y) \ln(1 - p)
    + \partial L / \partial z = p - y
    - \partial L / \partial z = y - p
    - \partial L / \partial z = (p - y) \sigma'(z)
    - \partial L / \partial p = p - y
    + L = \max(z, 0) - zy + \ln(1 + e^{-|z|})
    - L = \max(z, 0) + zy + \ln(1 + e^{-|z|})
    - L = \max(z, 0) - zy + \ln(1 + e^{-z})
    - L = z - zy + \ln(1 + e^{-|z|})
    + y = 0 \implies L = \ln(1 + e^{z})
    - y = 1 \implies L = \ln(1 + e^{z})
a loss that the page does not say
    + \frac{\partial L}{\partial w} \approx \frac{L(w + h) - L(w - h)}{2h}
    + \frac{\partial L}{\partial w} \approx \frac{L(w + h, b) - L(w - h, b)}{2h}
    - \frac{\partial L}{\partial w} \approx \frac{L(w + h) - L(w - h)}{h}
    - \frac{\partial L}{\partial w} \approx \frac{L(w + h) - L(w)}{h}
    - \frac{\partial L}{\partial w} \approx \frac{L(w + h) + L(w - h)}{2h}
    - \frac{\partial L}{\partial w} \approx \frac{L(w, b + h) - L(w, b - h)}{2h}
    - \frac{\partial L}{\partial b} \approx \frac{L(w + h) - L(w - h)}{2h}
    - \frac{\partial L}{\partial w} = \frac{L(w + h) - L(w - h)}{2h}
    + \frac{\partial L}{\partial W} = \Delta^\top X
    - \frac{\partial L}{\partial W} = \Delta X
    + \frac{\partial L}{\partial L} = 1
    - \frac{\partial L}{\partial L} = 0
slope of an expression
    + \frac{\partial (x + y)^2}{\partial x} = 2 (x + y)
    - \frac{\partial (x + y)^2}{\partial x} = x + y
    - \frac{\partial (x + y)^2}{\partial w} = 0
descent
    . z = \frac{x^2 + 10 y^2}{2}
    + x \leftarrow x - \eta \frac{\partial z}{\partial x} = (1 - \eta) x
    - x \leftarrow x + \eta \frac{\partial z}{\partial x}
    - x \leftarrow x - \frac{\partial z}{\partial x}
    - x \leftarrow x - 2 \eta \frac{\partial z}{\partial x}
    - x \leftarrow \eta \frac{\partial z}{\partial x}
    - x \leftarrow x - \eta \frac{\partial z}{\partial x} = (1 + \eta) x
    + W \leftarrow W - \eta \frac{\partial L}{\partial W}
    - W \leftarrow W + \eta \frac{\partial L}{\partial W}
    - W \leftarrow \eta W - \frac{\partial L}{\partial W}
descent of one entry
    . L = \frac{w_1^2 + 10 w_2^2}{2}
    + w_2 \leftarrow w_2 - \eta \frac{\partial L}{\partial w_2} = (1 - 10\eta) w_2
    - w_2 \leftarrow w_2 - \eta \frac{\partial L}{\partial w_1}
    - w_2 \leftarrow w_2 + \eta \frac{\partial L}{\partial w_2}
    - w_2 \leftarrow w_2 - \frac{\partial L}{\partial w_2}
    - w_2 \leftarrow w_2 - \eta \frac{\partial L}{\partial w_2} = (1 - \eta) w_2
    - w_1 \leftarrow w_1 - \eta \frac{\partial L}{\partial w_2}
a step, said again
    . z = \frac{x^2 + 10 y^2}{2}
    . y \leftarrow y - \eta \frac{\partial z}{\partial y}
    + y \leftarrow y - \eta \cdot 10 y
    - y \leftarrow y - \eta \cdot y
    - y \leftarrow y + \eta \cdot 10 y
what steps change
    . z = w_1 x_1 + w_2 x_2 + b
    . w_i \leftarrow w_i + \eta x_i
    . b \leftarrow b + \eta
    + z \leftarrow z + \eta (x_1^2 + x_2^2 + 1)
    - z \leftarrow z + \eta (x_1^2 + x_2^2)
    - z \leftarrow z - \eta (x_1^2 + x_2^2 + 1)
    - z \leftarrow z + x_1^2 + x_2^2 + 1
if and only if
    + \sigma(z) > \frac{1}{2} \iff z > 0
    - \sigma(z) > \frac{1}{2} \iff z \ge 0
    - \sigma(z) > \frac{1}{3} \iff z > 0
    - \sigma(z) < \frac{1}{2} \iff z > 0
    - \sigma(z) > 2 \iff z > z
    + w_1 x_1 + w_2 x_2 + b = 0 \iff x_2 = -\frac{w_1 x_1 + b}{w_2}
    - w_1 x_1 + w_2 x_2 + b = 0 \iff x_2 = \frac{w_1 x_1 + b}{w_2}
    - w_1 x_1 + w_2 x_2 + b = 0 \iff x_2 = -\frac{w_1 x_1}{w_2}
    + (1 - \eta)^k \le 0.01 \iff k \ge \frac{\ln 0.01}{\ln(1 - \eta)}
    - (1 - \eta)^k \le 0.01 \iff k \le \frac{\ln 0.01}{\ln(1 - \eta)}
it follows
    + w_1 + b > 0 \text{ and } w_2 + b > 0 \implies w_1 + w_2 + 2b > 0
    - w_1 + b > 0 \text{ and } w_2 + b > 0 \implies w_1 + w_2 + b > 0
    - w_1 + b > 0 \text{ and } w_2 + b > 0 \iff w_1 + w_2 + 2b > 0
    - w_1 + b > 0 \implies w_1 + w_2 + 2b > 0
order
    + 0 < \sigma(z) < 1
    + \sigma'(z) \le \frac{1}{4}
    + \sigma(z) \ne z
    - 0 < \sigma(z) < \frac{1}{2}
    - \sigma'(z) \le \frac{1}{5}
    - \sigma'(z) \ge \frac{1}{4}
    - z \ne z
numbers
    + \frac{1}{2} \cdot 3 = 1.5
    - \frac{1}{2} \cdot 3 = 1.4
    - \frac{1}{2} + 3 = 1.5
    + -\ln \tfrac{1}{2} = \ln 2 \approx 0.69
    - \ln 2 = 0.69
    - \ln 2 \approx 0.70
    - \ln 2 \approx 1.69
    - \ln 2 \approx -0.69
numbers of the page
    . z = wx + b
    . a = \sigma(z)
    . L = (a - y)^2
    . w = 2, \qquad x = 1.5, \qquad b = -1, \qquad y = 1
    + z = 2 \cdot 1.5 - 1 = 2
    + \frac{\partial L}{\partial w} \approx -0.0375466
    + 1 < z < 3
    - z = 3
    - z > 2
    - z \approx 2.1
    - \frac{\partial L}{\partial w} \approx -0.0375467
    - \frac{\partial L}{\partial w} \approx 0.0375466
    - \frac{\partial L}{\partial b} \approx -0.0375466
numbers of a vector
    . z = \sum_i w_i x_i + b
    . \boldsymbol{x} = (1, 2), \quad w_1 = 3, \quad w_2 = 4, \quad b = 5
    + z = 16
    - z = 15
    - z = \sum_i w_i x_i
softmax
    . p_{nj} = \frac{\exp(z_{nj})}{\sum_c \exp(z_{nc})}
    + p_{nj} = \frac{\exp(z_{nj} + u)}{\sum_c \exp(z_{nc} + u)}
    + \sum_c p_{nc} = 1
    + -\ln p_{nj} = \ln \left(\sum_c \exp(z_{nc})\right) - z_{nj}
    + \frac{\partial p_{nj}}{\partial z_{nj}} = p_{nj} (1 - p_{nj})
    + \frac{e^z}{e^z + e^u} = \sigma(z - u)
    - p_{nj} = \frac{\exp(z_{nj} + u)}{\sum_c \exp(z_{nc})}
    - p_{nj} = \frac{\exp(z_{nj})}{\sum_n \exp(z_{nj})}
    - \sum_n p_{nj} = 1
    - -\ln p_{nj} = \ln \left(\sum_c \exp(z_{nc})\right) + z_{nj}
    - \frac{\partial p_{nj}}{\partial z_{nj}} = p_{nj}
    - \frac{e^z}{e^z + e^u} = \sigma(u - z)
cross-entropy of classes
    . p_{nj} = \frac{\exp(z_{nj})}{\sum_c \exp(z_{nc})}
    . L = -\frac{1}{N} \sum_{n,j} t_{nj} \ln p_{nj}
    + \frac{\partial L}{\partial Z} = \frac{1}{N} (P - T)
    + \frac{\partial L}{\partial W} = \frac{1}{N} (P - T)^\top X
    - \frac{\partial L}{\partial Z} = P - T
    - \frac{\partial L}{\partial Z} = \frac{1}{Nm} (P - T)
    - \frac{\partial L}{\partial Z} = \frac{1}{N} (T - P)
    - \frac{\partial L}{\partial Z} = \frac{1}{N} (P - Y)
    - \frac{\partial L}{\partial Z} = \frac{1}{N} (P - T) \odot P
    - \frac{\partial L}{\partial W} = \frac{1}{N} X^\top (P - T)
    - \frac{\partial L}{\partial W} = \frac{1}{N} (P - T) X
softmax over the wrong axis
    . p_{nj} = \frac{\exp(z_{nj})}{\sum_n \exp(z_{nj})}
    . L = -\frac{1}{N} \sum_{n,j} t_{nj} \ln p_{nj}
    - \frac{\partial L}{\partial Z} = \frac{1}{N} (P - T)
targets that are no shares
    . p_{nj} = \frac{\exp(z_{nj})}{\sum_c \exp(z_{nc})}
    . L = -\frac{1}{N} \sum_{n,j} y_{nj} \ln p_{nj}
    - \frac{\partial L}{\partial Z} = \frac{1}{N} (P - Y)
a definition whose counters stand in no entry
    + t_{nj} := \frac{1}{m} = \frac{1}{2m} + \frac{1}{2m}
momentum
    . v \leftarrow \beta v + \frac{\partial L}{\partial w}
    + w \leftarrow w - \eta v
    - w \leftarrow w + \eta v
    - w \leftarrow w - v
    - w \leftarrow w - \eta \beta v
    - w \leftarrow w - \eta \left(v + \frac{\partial L}{\partial w}\right)
    - b \leftarrow b - \eta v
momentum, the gradient by its own letter
    . g = \frac{\partial L}{\partial w}
    . v \leftarrow \beta v + g
    + w \leftarrow w - \eta v
    - w \leftarrow w - \eta g v
momentum that averages
    . v \leftarrow \beta v + (1 - \beta) \frac{\partial L}{\partial w}
    - w \leftarrow w - \eta v
momentum that forgets
    . v \leftarrow \beta + \frac{\partial L}{\partial w}
    - w \leftarrow w - \eta v
momentum of a gradient turned round
    . v \leftarrow \beta v - \frac{\partial L}{\partial w}
    + w \leftarrow w + \eta v
    - w \leftarrow w - \eta v
momentum and decay
    . v \leftarrow \beta v + \frac{\partial L}{\partial w} + \alpha w
    + w \leftarrow w - \eta v
    - w \leftarrow w - \eta v - \eta \alpha w
Adam
    . g = \frac{\partial L}{\partial w}
    . \mu \leftarrow \beta_1 \mu + (1 - \beta_1) g
    . \nu \leftarrow \beta_2 \nu + (1 - \beta_2) g^2
    + w \leftarrow w - \eta \frac{\mu / (1 - \beta_1^k)}{\sqrt{\nu / (1 - \beta_2^k)} + \varepsilon}
    + w \leftarrow (1 - \eta \alpha) w - \eta \frac{\mu / (1 - \beta_1^k)}{\sqrt{\nu / (1 - \beta_2^k)} + \varepsilon}
    - w \leftarrow w - \eta \frac{\mu}{\sqrt{\nu} + \varepsilon}
    - w \leftarrow w - \eta \frac{\mu / (1 - \beta_1)}{\sqrt{\nu / (1 - \beta_2)} + \varepsilon}
    - w \leftarrow w - \eta \frac{\mu / (1 - \beta_1^k)}{\sqrt{\nu / (1 - \beta_2^k) + \varepsilon}}
    - w \leftarrow w - \eta \frac{\mu / (1 - \beta_2^k)}{\sqrt{\nu / (1 - \beta_1^k)} + \varepsilon}
    - w \leftarrow w - \eta \frac{\mu / (1 - \beta_1^k)}{\nu / (1 - \beta_2^k) + \varepsilon}
    - w \leftarrow (1 - \alpha) w - \eta \frac{\mu / (1 - \beta_1^k)}{\sqrt{\nu / (1 - \beta_2^k)} + \varepsilon}
Adam with the square of the mean
    . \mu \leftarrow \beta_1 \mu + (1 - \beta_1) \frac{\partial L}{\partial w}
    . \nu \leftarrow \beta_2 \nu + (1 - \beta_2) \mu^2
    - w \leftarrow w - \eta \frac{\mu / (1 - \beta_1^k)}{\sqrt{\nu / (1 - \beta_2^k)} + \varepsilon}
Adam with the decay in its gradient
    . g = \frac{\partial L}{\partial w} + \alpha w
    . \mu \leftarrow \beta_1 \mu + (1 - \beta_1) g
    . \nu \leftarrow \beta_2 \nu + (1 - \beta_2) g^2
    + w \leftarrow w - \eta \frac{\mu / (1 - \beta_1^k)}{\sqrt{\nu / (1 - \beta_2^k)} + \varepsilon}
weight decay
    . \Omega = \frac{\alpha}{2} \sum_{j,i} w_{ji}^2
    + \frac{\partial \Omega}{\partial W} = \alpha W
    - \frac{\partial \Omega}{\partial W} = 2 \alpha W
    + W \leftarrow W - \eta \left(\frac{\partial L}{\partial W} + \alpha W\right) = (1 - \eta\alpha) W - \eta \frac{\partial L}{\partial W}
    - W \leftarrow W - \eta \left(\frac{\partial L}{\partial W} - \alpha W\right)
    - W \leftarrow (1 - \alpha) W - \eta \frac{\partial L}{\partial W}
powers of momentum
    + \sum_{i=1}^{N} \beta^{i-1} = \frac{1 - \beta^N}{1 - \beta}
    - \sum_{i=1}^{N} \beta^i = \frac{1 - \beta^N}{1 - \beta}
    + 0 < \beta_1 < 1
a product in an engine
    . L = \sum_{n,j} \varphi(c_{nj})
    . C = X B
    + \frac{\partial L}{\partial B} = X^\top \frac{\partial L}{\partial C}
    + \frac{\partial L}{\partial X} = \frac{\partial L}{\partial C} B^\top
    - \frac{\partial L}{\partial B} = \frac{\partial L}{\partial C} X^\top
    - \frac{\partial L}{\partial X} = B^\top \frac{\partial L}{\partial C}
a bias that is added to each row
    . L = \sum_{n,j} \varphi(c_{nj})
    . C_{nj} = A_{nj} + b_j
    + \frac{\partial L}{\partial b_j} = \sum_n \frac{\partial L}{\partial C_{nj}}
    - \frac{\partial L}{\partial b_j} = \frac{1}{N} \sum_n \frac{\partial L}{\partial C_{nj}}
rounded down
    + \lfloor 2.7 \rfloor = 2
    + \lfloor \tfrac{7 - 3}{3} \rfloor + 1 = 2
    + \lfloor z \rfloor \le z < \lfloor z \rfloor + 1
    + \lfloor z + 1 \rfloor = \lfloor z \rfloor + 1
    + \left\lfloor \frac{N}{2} \right\rfloor \le N
    - \lfloor 2.7 \rfloor = 3
    - \lfloor -2.7 \rfloor = -2
    - \lfloor z \rfloor = z
    - \lfloor 2z \rfloor = 2 \lfloor z \rfloor
shapes
    + (m \times N)(N \times d) = m \times d
    + $X$: $N \times d$. $W$: $m \times d$, so $W^\top$: $d \times m$. $X_n$: $d$ numbers.
    + $X$: $4 \times 3$. $W$: $5 \times 3$. $Z$, $Z + Z$: $4 \times 5$. $Z^\top Z$: $5 \times 5$.
    - (m \times N)(N \times d) = d \times m
    - (N \times m)(N \times d) = m \times d
    - $X$: $d \times N$.
    - $X$: $4 \times 3$. $W$: $5 \times 4$.
    - $X$: $4 \times 3$. $W$: $5 \times 3$. $Z$: $5 \times 4$.
    - $Z W$: $m \times d$.
    - $\boldsymbol{b}$: $d$ numbers.
"""


def rows():
    """Return the rows of TABLE: what the page says first, the equation, whether it is true."""
    found, about, before = [], "", []
    for line in TABLE.strip().splitlines():
        sign, tex = line.strip()[0], line.strip()[1:].strip()
        if not line.startswith(" "):
            about, before = line, []
        elif sign == ".":
            before = [*before, tex]
        else:
            found.append(pytest.param(before, tex, sign == "+", id=f"{about}: {sign} {tex}"))
    return found


@pytest.mark.parametrize("before, tex, true", rows())
def test_an_equation_is_told_true_or_false(before, tex, true):
    page = page_of(*before)
    assert page.problems == []
    page.checked.clear()
    page.check(99, "shapes" if "$" in tex else "display", tex)
    assert [statement.kind for statement in page.checked] == ["evaluated"] * true
    assert [problem.line for problem in page.problems] == [99] * (not true)


# Reading


def test_a_definition_holds_from_there_on_and_only_on_its_page():
    assert page_of("a = z^2", "a = z^2 + 0").problems == []
    assert page_of("a = z^2", "a = z^3").problems[0].line == 2
    assert page_of("a = z^3").problems == []


def test_a_new_meaning_is_given_openly():
    assert page_of("a = z^2", "a := z^3", "a = z^3").problems == []
    assert [found.line for found in page_of("a = z^2", "a := z^3", "a = z^2").problems] == [3]


def test_what_the_notation_defines_holds_on_every_page():
    assert page_of(r"Z = XW^\top").problems
    assert page_of(r"Z := XW^\top", r"Z_n = WX_n").problems == []
    assert page_of(r"\sigma(z) = z").problems


def test_aligned_rows_are_statements_and_a_row_may_go_on():
    text = r"\begin{aligned} a &= z^2 \\[0.5em] p &= a + z^2 \\ &= 2 z^2 \end{aligned}"
    page = page_of(text, "p = 2a")
    assert [(c.kind, c.tex) for c in page.checked] == [
        ("defined", "a  = z^2"),
        ("evaluated", "p  = a + z^2  = 2 z^2"),
        ("evaluated", "p = 2a"),
    ]
    assert page_of(text.replace("2 z", "3 z")).problems


def test_a_sum_too_long_for_a_phone_goes_on_in_the_next_row():
    text = r"\begin{aligned} a = {}&z^2 \\ &{} - 2z \\ &\quad = z(z - 2) \end{aligned}"
    assert page_of(text, "a + 2z = z^2").problems == []
    assert page_of(text.replace("- 2z", "+ 2z")).problems
    assert page_of(text.replace("(z - 2)", "(z + 2)")).problems
    alone = r"\begin{aligned} a &= z^2 \\ &- 2z < 0 \end{aligned}"
    assert [c.tex for c in page_of(alone, "z := 1").checked][0] == "a  = z^2"


def test_words_may_stand_around_a_statement():
    assert page_of(r"\text{It is } (a + z)^2 = a^2 + 2az + z^2 \text{ for all.}").problems == []


def test_all_that_is_wrong_is_told_at_once_with_its_line():
    text = "# A\n\n$$\nz = q\n$$\n\nWords $\\ln 1 = 1$ and $a < a$.\n\n$$\n1 + 1 = 2\n$$\n"
    assert [line for line, _ in refuse(text)] == [3, 7, 7]
    with pytest.raises(PageError, match=r"^docs/a\.md:3: z = q\n"):
        check_page(Page(text, "docs/a.md"))


def test_what_is_checked_is_told():
    text = "$z = wx + b$\n\n$$\n\\frac{\\partial z}{\\partial w} = x\n$$\n"
    defined, evaluated = check_page(Page(text))
    assert (defined.line, defined.kind, defined.tex) == (1, "defined", "z = wx + b")
    assert (evaluated.line, evaluated.kind) == (3, "evaluated")
    assert evaluated.against == "central differences and autograd"
    assert 0 < evaluated.error < 1e-8


@pytest.mark.parametrize(
    "text",
    [
        "Words $W^\\top$, $\\Delta W$, $=$, $:=$, $\\iff$ and $q_7$.",
        "```python\nprint('$1 + 1 = 3$')\n```\n\n```text\n$$\n1 + 1 = 3\n$$\n```\n",
        "Words `$1 + 1 = 3$` words.",
        "It costs \\$5 = \\$6.",
    ],
    ids=["no relation", "in a block", "in inline code", "dollars"],
)
def test_what_states_nothing_is_left_alone(text):
    assert check_page(Page(text)) == []


@pytest.mark.parametrize("text", ["It costs $5.", r"\(1 + 1 = 3\)", "\\[\n1 + 1 = 3\n\\]", "$\n1 = 2\n$"])
def test_no_other_way_to_write_a_formula_escapes(text):
    assert "opens no formula" in refuse(text)[0][1]


def test_the_cells_of_a_lab_are_read():
    text = "# %% [markdown]\n# Words\n# $$1 + 1 = 3$$\n\n# %%\nx = '$1 + 1 = 4$'\n"
    assert [line for line, _ in refuse(text, "lab.py")] == [3]


@pytest.mark.parametrize(
    "formulas, words",
    [
        ([r"Z = XW + \boldsymbol{b}"], ["X is N × d (2 × 3)", "W is m × d (4 × 3)"]),
        ([r"\Delta = X \odot Z"], ["X is N × d (2 × 3)", "Z is N × m (2 × 4)"]),
        ([r"A = X"], ["A is N × m (2 × 4) in docs/notation.md", "X is N × d (2 × 3)"]),
        ([r"A = \varphi(Z)", "A = X"], ["left side is N × m (2 × 4), the right side is N × d"]),
        ([r"\operatorname{MSE}(X, Z) = 1"], ["N × d", "N × m"]),
        ([r"\xi = 1"], [r"\xi is not known: add it to the table of docs/notation.md"]),
        ([r"z_{nji} = 1"], ["z_{nji} is not known", "no such entries"]),
        ([r"z = X_{31}"], ["there is no X_{31}: X is N × d (2 × 3)"]),
        ([r"z = w_n"], ["n is a counter, and nothing here says how far it runs"]),
        ([r"z = \sum_n X_{nj} Y_{jn}"], ["it is not clear how far n runs: N (2) in X_{nj}"]),
        ([r"z = \sum_n x"], ["it is not clear how far n runs: no entry has it"]),
        ([r"z = \sum_{i=1}^{10000} w_i"], ["10000 is 10000: it must be a whole number, and up to"]),
        ([r"z = w_{1/2}"], ["1/2 is 0.5: it must be a whole number"]),
        ([r"z = w^\text{old}"], [r"\text{old} is no number"]),
        (["x = x + 1"], ["x stands on both sides", r"\leftarrow"]),
        (["z = wx", r"\partial z / \partial y = 0"], ["z does not depend on y"]),
        ([r"Z \leftarrow 2Z"], ["no step before it on the page could change Z"]),
        (["z = w_1 x_1", r"w_1 \leftarrow w_1 + x_1", r"z \leftarrow z + x_1^2"], ["write that step for w_i"]),
        ([r"\sigma' = 1"], [r"\sigma' is a function: say of what"]),
        ([r"\sigma(z, z) = 1"], [r"\sigma takes 1 arguments, not 2"]),
        ([r"z = A / A"], ["divides by an array"]),
        ([r"z = A^2"], ["is a power of an array"]),
        ([r"Z = X \cdot W"], [r"a matrix product is written AB"]),
        ([r"w \leftarrow w - \eta v"], ["v has no arrow yet: say before this how it changes"]),
        ([r"v \leftarrow \beta v", r"w_1 \leftarrow w_1 - \eta v"], ["is for a whole symbol: write w, not w_1"]),
        ([r"v \leftarrow \beta v", r"w \leftarrow w - \eta v"], ["no arrow before it has a gradient by w"]),
        ([r"L(w + b) = L"], ["w + b must hold one symbol that L depends on"]),
        (["z = 3", "a = z^2", "a = 8"], ["a", "with the page's numbers: is not true", "9"]),
        (["z = 3", "a = zw", "a = 8"], ["w has no number on the page so far"]),
        ([r"\ln(-1) = 0"], ["no number comes out of it"]),
        (["X + X"], ["states nothing"]),
        ([r"1 + + 1"], ["cannot be read at: + 1"]),
        ([r"1 + (1"], ["cannot be read at: its end"]),
    ],
)
def test_a_message_says_what_is_wrong(formulas, words):
    problems = page_of(*formulas).problems
    assert all(word in problems[-1].words for word in words), problems


# Definitions and numbers


def test_a_display_in_a_lesson_has_its_shapes_beneath_it():
    text = "# A\n\n$$\nX + X = 2X\n$$\n\n{}\n\nAll letters are numbers.\n"
    assert refuse(text.format("So it is."), "lessons/a.md") == [(3, equations.NO_SHAPES)]
    for beneath in ["Both are numbers.", "Shapes: $Z$: $N \\times m$.", "Shape: 1 number."]:
        check_page(Page(text.format(beneath), "lessons/a.md"))
    check_page(Page(text.format("So it is."), "notation.md"))


def test_a_display_of_numbers_alone_needs_no_word_beneath_it():
    text = "# A\n\n$$\n{}\n$$\n\nSo it is.\n"
    assert check_page(Page(text.format(r"\tanh(0) = 0"), "lessons/a.md"))
    assert check_page(Page(text.format("x_1 + x_1 = 2x_1"), "lessons/a.md"))


@pytest.mark.parametrize(
    "tex, numbers",
    [
        ("z = w_1 x_1 + w_2 x_2 + b", True),
        (r"\frac{\partial L}{\partial w} = 2w", True),
        (r"\sigma(z) = \frac{1}{1 + e^{-z}}", True),
        (r"z_{nj} = \sum_{i=1}^{d} x_{ni} w_{ji} + b_j", True),  # entries of arrays
        (r"Z_n = W X_n + \boldsymbol{b}", False),
        (r"z = \sum_n X_n", False),  # rows
        (r"\frac{\partial L}{\partial W} = W", False),
        (r"\operatorname{network}(i) = \sigma((w \times i) + \beta)", False),  # other letters
        (r"\xi = 2", False),
        ("1 + + 1", False),
    ],
)
def test_a_formula_is_of_numbers_alone_if_the_notation_says_so_of_each_letter(tex, numbers):
    assert equations.only_numbers(tex) == numbers


def test_a_definition_that_nothing_needs_is_refused():
    ((line, what),) = refuse("Words.\n\n$z = wx + b$\n")
    assert line == 3 and "no equation after it needs it" in what
    assert refuse("$z = wx + b$ and $a = \\sigma(z)$")
    assert check_page(Page("$z = wx + b$ and $a = \\sigma(z)$ and $0 < a < 1$"))


CODE = "\n```python\n{}\n```\n"


@pytest.mark.parametrize(
    "code",
    ["w = 2.0", "weight, bias = 2.0, 1.0", "for w in [1.0, 2.0]:\n    pass", "f = dict(weight=2)",
     "for x, w in [(1, 2), (3, 4)]:\n    pass"],
)  # fmt: skip
def test_a_number_that_the_code_gives_is_right(code):
    assert [c.kind for c in check_page(Page("I take $w = 2$." + CODE.format(code)))] == ["defined"]


@pytest.mark.parametrize("code", ["w = 3.0", "b = 2.0", "print(2)", "w = 1 + 1", "w = -2", "w = ..."])
def test_a_number_that_no_code_gives_is_refused(code):
    ((_, what),) = refuse("I take $w = 2$." + CODE.format(code))
    assert "no code has w or weight = 2" in what


def test_a_number_that_an_equation_needs_is_right():
    assert check_page(Page("$z = wx$ With $w = 2$ and $x = 3$ it is $z = 6$."))
    assert refuse("$z = wx$ With $w = 2$, $y = 1$ and $x = 3$ it is $z = 6$.")


def test_an_arrow_of_a_state_that_nothing_needs_is_refused():
    arrow = r"$v \leftarrow \beta v + \partial L / \partial w$"
    ((_, what),) = refuse(arrow)
    assert "no equation after it needs it" in what
    kept, step = check_page(Page(arrow + r" and then $w \leftarrow w - \eta v$"))
    assert (kept.kind, step.kind, step.against) == ("defined", "evaluated", "3 steps of torch.optim.SGD")
    assert step.error < 1e-8


@pytest.mark.parametrize("letter", [r"\beta", r"\beta_1", r"\alpha", r"\varepsilon"])
def test_numbers_of_optimisers_are_such_that_pytorch_takes_them(letter):
    notation = equations.notation().notation
    for seed, style in [(0, "normal"), (1, "wide"), (2, "unit"), (3, "integer")]:
        value = float(algebra.Draw(notation, {}, seed, style).leaf(letter))
        assert 0 < value < (1 if "beta" in letter else 100)


def test_rows_of_targets_add_up_to_1_in_every_draw():
    notation = equations.notation().notation
    for style in algebra.STYLES:
        targets = algebra.Draw(notation, {}, 0, style).leaf("T")
        assert targets.min() > 0 and np.allclose(targets.sum(axis=1), 1, atol=1e-14)


def test_a_number_may_be_stated_anew():
    assert page_of("z = wx", "w = 2", "x = 3", "z = 6", "x = 4", "z = 8").problems == []


def test_a_size_that_is_stated_holds_for_what_follows():
    sums = [r"z = w_1 x_1 + w_2 x_2", r"z = \sum_i w_i x_i"]
    assert page_of("d = 2", *sums).problems == []
    assert page_of("d = 3", *sums).problems
    assert page_of(*sums).problems


def test_the_units_of_the_last_layer_are_its_outputs():
    layers = [r"A_1 = \sigma(Z_1)", r"\hat{Y} = \sigma(Z_2)"]
    assert page_of(*layers, r"\hat{Y} - Y = -(Y - \hat{Y})").problems == []
    assert page_of(r"\hat{Y} = X").problems


def test_a_table_with_a_wrong_shape_is_refused():
    text = text_of(equations.NOTATION)
    wrong = text.replace(r"| $m \times d$ |", r"| $d \times m$ |")
    assert wrong != text
    assert "the shapes do not fit" in refuse(wrong, equations.NOTATION)[0][1]


# Values


@pytest.mark.parametrize(
    "name, function",
    [
        (r"\exp", torch.exp), (r"\ln", torch.log), (r"\tanh", torch.tanh),
        (r"\sigma", torch.sigmoid), (r"\max", torch.maximum),
        (r"\operatorname{ReLU}", torch.relu), (r"\operatorname{MSE}", torch.nn.functional.mse_loss),
        (r"\operatorname{BCE}", torch.nn.functional.binary_cross_entropy),
        (r"\operatorname{step}", lambda z: torch.heaviside(z, torch.tensor(0.0).double())),
    ],
)  # fmt: skip
def test_functions_are_those_of_pytorch(name, function):
    count, ours = algebra.FUNCTIONS[name]
    values = [torch.linspace(-3, 3, 13).double() ** (n + 1) for n in range(count)]
    if name in (r"\ln", r"\operatorname{BCE}"):
        values = [torch.sigmoid(value) for value in values]
    theirs = function(*values).numpy()
    assert np.allclose(ours(np, *(value.numpy() for value in values)), theirs, rtol=1e-14, atol=0)
    assert np.allclose(ours(torch, *values).numpy(), theirs, rtol=1e-14, atol=0)


def test_layers_are_those_of_pytorch_and_np_nn():
    program = page_of().program
    world = algebra.World(program, algebra.Draw(program.notation, {}))
    names = ["X", "W", r"\boldsymbol{b}", "Z", "W_1", r"\boldsymbol{b}_1", "Z_1"]
    x, w, b, z, w1, b1, z1 = (world.symbol(name) for name in names)
    for weight, bias, outputs in [(w, b, z), (w1, b1, z1)]:
        layer = Linear(weight.shape[1], weight.shape[0], np.random.default_rng(0))
        layer.weight[:], layer.bias[:] = weight, bias
        theirs = torch.nn.functional.linear(*map(torch.tensor, (x, weight, bias))).numpy()
        assert np.allclose(outputs, theirs, rtol=1e-14, atol=1e-14)
        assert np.allclose(outputs, layer.forward(x), rtol=1e-14, atol=1e-14)


def test_all_functions_are_compared_with_pytorch():
    mark = test_functions_are_those_of_pytorch.pytestmark[0]
    assert {name for name, _ in mark.args[1]} == set(algebra.FUNCTIONS)


def test_sizes_differ_in_a_draw_and_between_draws():
    notation = equations.notation().notation
    draws = [algebra.Draw(notation, {}, seed).sizes for seed in range(3)]
    assert all(len(set(sizes.values())) == len(sizes) for sizes in draws)
    assert all(min(sizes.values()) > 1 for sizes in draws)
    assert all(len({sizes[name] for sizes in draws}) == 3 for name in draws[0])


SLOPE = ["z = wx", r"a = \sigma(z)", r"\frac{\partial a}{\partial w} = a(1 - a)x"]


def test_central_differences_are_asked(monkeypatch):
    monkeypatch.setattr(algebra, "STEP", 0.5)
    assert "is not true: by central differences" in page_of(*SLOPE).problems[0].words


def test_autograd_is_asked(monkeypatch):
    def turned(xp, z):  # the value is right, and autograd sees the opposite slope
        return 0.5 * (1 + xp.tanh(0.5 * (2 * z.detach() - z if xp is torch else z)))

    monkeypatch.setitem(algebra.FUNCTIONS, r"\sigma", (1, turned))
    assert "is not true: by autograd" in page_of(*SLOPE).problems[0].words


def test_torch_is_imported_for_derivatives_only():
    code = "import sys\nfrom docs.plugins.equations.check import check_page\n"
    code += "from docs.plugins.reading.page import Page\ncheck_page(Page({!r}))\nprint('torch' in sys.modules)"
    for page, wanted in [("$\\ln 1 = 0$", "False"), ("$\\sigma'(0) = \\frac{1}{4}$", "True")]:
        command = [sys.executable, "-c", code.format(page)]
        run = subprocess.run(command, cwd=paths.ROOT, capture_output=True, text=True)
        assert run.stdout.strip() == wanted, run.stderr


# Mutants

# What an author might write instead of a node, whose parts are {0}, {1}, … {last}.
SLIPS = {
    "plus": ["{0} - {1}", "{0}", "{1}"],
    "minus": ["{0} + {1}", "{0}", "{1} - {0}"],
    "negative": ["{0}"],
    "prime": ["{0}"],
    "transpose": ["{0}"],
    "modulus": ["({0})"],
    "floor": ["({0})"],
    "power": ["{0}"],
    "root": ["({0})"],
    "over": [r"\frac{{{1}}}{{{0}}}", "({0})"],
    "dot": ["{0}", "{1}"],
    "times": [r"{1} \times {0}"],
    "odot": ["{0}", "{1}", "({0}) ({1})", "({0} + {1})"],
    "slope": ["(-{node})"],
    "sum": ["{last}"],
}
INSTEAD = {r"\sigma": r"\tanh", r"\tanh": r"\sigma", r"\varphi": r"\sigma", r"\ln": r"\exp"}
SIGNS = {"<": r"\ge", ">": r"\le", r"\le": ">", r"\ge": "<"}
INDICES = {"n": "j", "j": "i", "i": "n", "1": "2", "2": "1"}
APPLIED = re.compile(r"(\\ln|\\max|\\tanh|\\sigma|\\varphi|\w}|L)('|\^2)*")


def mutants(tex):
    """Return a statement with one slip in it, in all ways."""
    notation, found = equations.notation().notation, set()
    (statement,) = parse(tex)
    tex = statement.tex

    def put(start, old, *new):
        found.update(tex[:start] + text + tex[start + len(old) :] for text in new)

    for node in statement.walk():
        parts = [part.tex for part in node.args if isinstance(part, Node)]
        slips = SLIPS.get(node.op, [])
        new = [slip.format(*parts, node=node.tex, last=parts[-1]) for slip in slips]
        if node.op == "product":
            factors = []
            for part in parts:  # a function and what it takes are one factor
                applied = factors and APPLIED.fullmatch(factors[-1])
                factors[-1:] = [f"{factors[-1]} {part}"] if applied else [*factors[-1:], part]
            if len(factors) > 1:
                new += [" ".join(factors[:n] + factors[n + 1 :]) for n in range(len(factors))]
                new += [" ".join([*factors[1:], factors[0]]), " ".join(factors[::-1])]
        if node.op == "index" and "," not in node.tex:
            inside = node.tex.strip("{}")
            new += [f"{{{inside[::-1]}}}", f"{{{INDICES.get(inside[0], inside[0])}{inside[1:]}}}"]
        if node.op == "number" and "." not in node.tex:
            new += [str(int(node.tex) + 1)]
        if node.op == "name" and node.tex in INSTEAD:
            new += [INSTEAD[node.tex]]
        if node.op in ("name", "entry") and re.match(r"\\?[A-Z]", node.tex):
            name, _ = notation.find(node)
            new += [node.tex + r"^\top"] if len(notation[name].shape) == 2 else []
        put(node.start, node.tex, *new)
        if node.op == "relation":
            for left, sign, right in zip(node.args[::2], node.args[1::2], node.args[2::2]):
                end = left.start + len(left.tex)
                put(end, tex[end : right.start], *([f" {SIGNS[sign]} "] if sign in SIGNS else []))
    return sorted(found - {tex})


def truths(page, tex):
    """Return which sides of an implication are true in each of many draws."""
    (claim,) = (part for part in parse(tex)[0].args if isinstance(part, Node))
    found = []
    for seed in range(100):
        draw = algebra.Draw(page.notation, page.sizes, seed, ("normal", "integer")[seed % 2])
        world = algebra.World(page.program, draw)
        for side in claim.args:
            try:
                found.append(all(map(world, side.args)))
            except FloatingPointError:
                found.append(None)
    return found


@np.errstate(all="ignore")
def means_the_same(page, tex, mutant):
    """Return whether two statements have equal sides in all draws, after what a page said."""
    page = page.fork()
    page.numbers = {}  # with which sides that differ may come out equal
    if r"\implies" in tex or r"\iff" in tex:
        return truths(page, tex) == truths(page, mutant)
    sides = [[part for relation in parse(text)[0].args[-1].args for part in relation.args] for text in (tex, mutant)]
    try:
        for left, right in zip(*sides, strict=True):
            if isinstance(left, Node) and left.tex != right.tex:
                page.evaluate(left, "=", right)
            elif isinstance(left, str) and left != right:
                return False
    except Wrong:
        return False
    return True


def statements_of(path):
    """Yield (page before it, page after it, line, statement, what comes then) for a page."""
    formulas = read(Page(text_of(path), path))
    page = equations.notation().fork()
    for place, (line, kind, tex) in enumerate(formulas):
        if kind == "shapes" or tex in equations.EXEMPT:
            page.check(line, kind, tex)
        elif states_something(tex):
            statements = [statement.tex for statement in parse(tex)]
            for n, statement in enumerate(statements):
                before = page.fork()
                page.checked.clear()
                page.check(line, kind, statement)
                then = [(line, kind, tex) for tex in statements[n + 1 :]] + formulas[place + 1 :]
                for checked in page.checked:
                    yield before, page, checked, then


def is_refused(page, then, code):
    """Return whether the rest of a page finds something wrong in what was said before."""
    for formula in then:
        page.check(*formula)
        if page.problems:
            return True
    page.check_use(code)
    return bool(page.problems)


# What a slip leaves true, so that it cannot be refused.
STILL_TRUE = {
    r"\\implies": "it supposes more, or concludes less",
    r"\\operatorname\{step\}'\(z\) \\approx": "both sides are 0, since a step is flat",
    r"I_\{i\+f-1,j\+q-1\} \\frac": "two factors that are numbers have changed places",
    r"\\sqrt\{\\nu / \(1 - \\beta_2\^k\)\}\}$": "without its letter, epsilon is 0 in PyTorch's Adam too",
}


@cache
def slips(every):
    """Return {kind: (number of slips refused, those accepted, number that mean the same)}.

    Of each kind ``every`` slip is tried.
    """
    found = {"evaluated": [0, [], 0], "defined": [0, [], 0]}
    turns = {kind: itertools.count() for kind in found}
    for path in PAGES:
        code = Page(text_of(path), path).code
        for before, page, checked, then in statements_of(path):
            for mutant in mutants(checked.tex):
                if next(turns[checked.kind]) % every:
                    continue
                after, tally = before.fork(), found[checked.kind]
                after.check(checked.line, "display", mutant)
                if after.problems:
                    tally[0] += not re.search("cannot be read|say of what", after.problems[0].words)
                elif means_the_same(page, checked.tex, mutant):
                    tally[2] += 1
                elif after.checked[0].kind == "defined" and is_refused(after, then, code):
                    tally[0] += 1
                else:
                    tally[1].append(f"{SHOWN[path]}:{checked.line}: {mutant}")
    return found


@pytest.mark.parametrize(
    "kind, what, least, share",
    [("evaluated", "equations", 1000, 0.95), ("defined", "definitions", 100, 0.9)],
)
def test_a_slip_is_refused(capsys, proven, breaks, every, kind, what, least, share):
    """In an equation at once, in a definition by what follows from it."""
    refused, accepted, same = slips(every(5))[kind]
    count = refused + len(accepted)
    breaks(f"slips in {what}", [*[("", True)] * refused, *[(slip, False) for slip in accepted]])
    with capsys.disabled():
        print(f"\n{refused} of {count} slips in {what} are refused ({refused / count:.1%}),")
        print(f"{same} more do not change what is meant; not refused:", *accepted, sep="\n  ")
    if every(5) == 1:  # a sample says something else
        proven(
            f"slips in {what}",
            f"{refused:,} of {count:,} slips in the {what} of this site are refused ({refused / count:.1%}): "
            "a sign flipped, a transpose dropped or moved, factors swapped, an index or a constant changed, one at a time.",
        )
    assert refused > least / every(5)
    assert refused >= share * count
    if kind == "evaluated":
        assert [tex for tex in accepted if not any(re.search(true, tex) for true in STILL_TRUE)] == []


@pytest.mark.parametrize("pair", [(np.nan, 1.0), (1.0, np.nan), (np.nan, np.nan), (np.nan, 0.0)])
def test_not_a_number_equals_nothing(pair):
    assert not algebra.is_equal(*map(np.array, pair))


def test_a_step_of_an_entry_starts_from_that_entry():
    with pytest.raises(PageError, match="w_3 does not stand on its right side"):
        check_page(Page("# A\n\n$w_3 \\leftarrow w_2 - \\eta \\cdot 10 w_2$\n", "a.md"))
