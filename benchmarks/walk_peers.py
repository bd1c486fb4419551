"""simpy and ciw on the pathway of walk.py: run by it, in an environment that has them.

    python benchmarks/walk_peers.py simpy|ciw PATHWAY.npz PATIENTS

Stays are gamma, capacity is unlimited, patients arrive a day apart. Prints JSON: seconds of the run, patients, mean, sd.
"""

from __future__ import annotations

import json
import random
import sys
import time
from collections.abc import Iterator

import numpy as np


def by_simpy(pathway: dict[str, np.ndarray], patients: int) -> list[float]:
    import simpy

    random.seed(1)
    shares, count = pathway["shares"], len(pathway["entry"])
    ahead = [np.flatnonzero(row).tolist() for row in shares]
    weights = [row[row > 0].tolist() for row in shares]
    entry, day = pathway["entry"].tolist(), pathway["day"].tolist()
    shape = ((pathway["mean"] / pathway["sd"]) ** 2).tolist()
    scale = (pathway["sd"] ** 2 / pathway["mean"]).tolist()
    pounds = [0.0] * patients

    def patient(environment: simpy.Environment, number: int) -> Iterator[simpy.Event]:
        here = 0
        while here < count:
            stay = random.gammavariate(shape[here], scale[here])
            pounds[number] += entry[here] + day[here] * stay
            yield environment.timeout(stay)
            here = random.choices(ahead[here], weights[here])[0]

    def arrivals(environment: simpy.Environment) -> Iterator[simpy.Event]:
        for number in range(patients):
            environment.process(patient(environment, number))
            yield environment.timeout(1.0)

    environment = simpy.Environment()
    environment.process(arrivals(environment))
    environment.run()
    return pounds


def by_ciw(pathway: dict[str, np.ndarray], patients: int) -> list[float]:
    import ciw

    ciw.seed(1)
    count = len(pathway["entry"])
    shape, scale = (pathway["mean"] / pathway["sd"]) ** 2, pathway["sd"] ** 2 / pathway["mean"]
    network = ciw.create_network(
        arrival_distributions=[ciw.dists.Deterministic(1.0), *[None] * (count - 1)],
        service_distributions=[
            ciw.dists.Gamma(float(one), float(other)) for one, other in zip(shape, scale, strict=True)
        ],
        routing=pathway["shares"][:, :count].tolist(),
        number_of_servers=[float("inf")] * count,
    )
    simulation = ciw.Simulation(network)
    simulation.simulate_until_max_customers(patients, method="Finish")
    pounds: dict[int, float] = {}
    for individual in simulation.nodes[-1].all_individuals:
        visits = individual.data_records
        pounds[individual.id_number] = sum(
            pathway["entry"][visit.node - 1] + pathway["day"][visit.node - 1] * visit.service_time for visit in visits
        )
    return list(pounds.values())


def main(name: str, file: str, patients: int) -> None:
    pathway = dict(np.load(file))
    start = time.perf_counter()
    pounds = (by_simpy if name == "simpy" else by_ciw)(pathway, patients)
    seconds = time.perf_counter() - start
    answer = {"seconds": seconds, "patients": len(pounds), "mean": float(np.mean(pounds)), "sd": float(np.std(pounds))}
    print(json.dumps(answer))


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]))
