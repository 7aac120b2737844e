# Copyright (c) The mlws Authors
# SPDX-License-Identifier: MPL-2.0
"""Computes the parameters of the iris model: python3 train.py > model/iris.json

Linear discriminant analysis needs no more of the data than its means and its
covariance, which Fisher's paper of 1936 ("The use of multiple measurements in
taxonomic problems") gives for 50 flowers of each species.
"""

import json
import sys

FEATURES = ["sepal length", "sepal width", "petal length", "petal width"]
MEANS = {
    "setosa": [5.006, 3.428, 1.462, 0.246],
    "versicolor": [5.936, 2.770, 4.260, 1.326],
    "virginica": [6.588, 2.974, 5.552, 2.026],
}
# Sums of squares and products within the species, 3 x 49 degrees of freedom.
WITHIN = [
    [38.9562, 13.6300, 24.6246, 5.6450],
    [13.6300, 16.9620, 8.1208, 4.8084],
    [24.6246, 8.1208, 27.2226, 6.2718],
    [5.6450, 4.8084, 6.2718, 6.1566],
]
DEGREES = 147


def solve(matrix, right):
    """Gauss elimination with pivoting."""
    rows = [list(row) + [value] for row, value in zip(matrix, right)]
    for i in range(len(rows)):
        pivot = max(range(i, len(rows)), key=lambda r: abs(rows[r][i]))
        rows[i], rows[pivot] = rows[pivot], rows[i]
        for r in range(len(rows)):
            if r != i:
                factor = rows[r][i] / rows[i][i]
                rows[r] = [a - factor * b for a, b in zip(rows[r], rows[i])]
    return [row[-1] / row[i] for i, row in enumerate(rows)]


def train():
    covariance = [[value / DEGREES for value in row] for row in WITHIN]
    model = {"features": FEATURES, "species": list(MEANS), "weights": [], "biases": []}
    for mean in MEANS.values():
        weights = solve(covariance, mean)
        model["weights"].append([round(w, 6) for w in weights])
        model["biases"].append(round(-sum(w * m for w, m in zip(weights, mean)) / 2, 6))
    return model


if __name__ == "__main__":
    json.dump(train(), sys.stdout, indent=2)
    print()
