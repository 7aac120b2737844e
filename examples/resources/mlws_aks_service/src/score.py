import json
import os

import joblib

model = None


def init():
    """Runs once, when a replica starts."""
    global model
    model = joblib.load(os.path.join(os.environ["AZUREML_MODEL_DIR"], "model.pkl"))


def run(raw_data):
    """Runs for every request, with its body."""
    return model.predict(json.loads(raw_data)["data"]).tolist()
