"""The digits of np_nn, cut by their forms as on the pages, for several measurements."""

from np_nn import digits

IMAGES, LABELS, FORMS = digits.load()
TRAIN, VALIDATE, TEST = FORMS <= 10, (FORMS == 11) | (FORMS == 12), FORMS >= 13
INPUTS = (IMAGES - IMAGES[TRAIN].mean(axis=0)) / 16


def accuracy(network, inputs, labels):
    return float((network.forward(inputs).argmax(axis=1) == labels).mean())
