# Copyright (c) The mlws Authors
# SPDX-License-Identifier: MPL-2.0
"""Tells the species of an iris from the lengths and widths of its flower, in cm.

The model is linear with a softmax; its parameters are in iris.json, which
train.py has computed. It needs only Python's standard library.
"""

import json
import math
import os


def init():
    global model
    with open(os.path.join(os.environ["AZUREML_MODEL_DIR"], "iris.json"), encoding="utf-8") as file:
        model = json.load(file)


def run(data):
    flowers = json.loads(data)["data"]
    probabilities = [probability(flower) for flower in flowers]
    species = [model["species"][p.index(max(p))] for p in probabilities]
    return {"species": species, "probability": [round(max(p), 4) for p in probabilities]}


def probability(flower):
    """The softmax of one score per species."""
    if len(flower) != len(model["features"]):
        raise ValueError("a flower has %d measures (%s), not %d" % (len(model["features"]), ", ".join(model["features"]), len(flower)))
    scores = [bias + sum(w * x for w, x in zip(weights, flower)) for weights, bias in zip(model["weights"], model["biases"])]
    highest = max(scores)
    powers = [math.exp(score - highest) for score in scores]
    return [power / sum(powers) for power in powers]
