"""
Whether confidence says how often the reader is right, measured on papers whose tasks a person wrote out.

1. Each paper is read; a proposal is right when it is matched with a task and its lead is one of the task's. One that is
   matched with a task marked optional counts neither way.
2. The weights are fitted by logistic regression that stays near those of the country package where papers say little.
3. Each paper is judged by weights fitted without it, so that no paper vouches for itself.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from isotherm.directives.confidence import BASE, confidence_of, weights
from isotherm.directives.reading import read_file, to_json
from isotherm.directives.scoring import gold_of, pairs_of, right_fields

EDGES = (0.0, 0.5, 0.7, 0.8, 0.85, 0.9, 0.95, 1.0)
FOLDS = 8
# How many proposals with a sign outweigh what the package says of it.
STIFFNESS = 6.0
STEPS = 60


@dataclass(frozen=True, slots=True)
class Example:
    """A proposal whose truth is known."""

    paper: str
    signs: tuple[str, ...]
    confidence: float
    right: bool


@dataclass(frozen=True, slots=True)
class Bin:
    """Proposals whose confidence lies between two edges: how many, their mean confidence, the share that is right."""

    least: float
    most: float
    proposals: int
    confidence: float
    right: float


def papers_of(folder: Path) -> list[tuple[Path, Path]]:
    """Each paper of the folder that has a gold file beside it, and that file."""
    found = []
    for gold in sorted(folder.glob("*.gold.json")):
        name = gold.name.removesuffix(".gold.json")
        paper = next((one for one in sorted(folder.glob(f"{name}.*")) if one.suffix != ".json"), None)
        if paper:
            found.append((paper, gold))
    return found


def examples_of(paper: Path, gold: Path) -> list[Example]:
    reading = read_file(paper.read_bytes(), paper.name)
    tasks = gold_of(gold)["tasks"]
    proposals = to_json(reading)["tasks"]
    pairs = pairs_of(tasks, proposals)
    found = []
    for at, candidate in enumerate(reading.candidates):
        task = tasks[pairs.task_of[at]] if at in pairs.task_of else None
        if task is not None and task.get("optional"):
            continue
        right = task is not None and right_fields(task, proposals[at])["lead"]
        found.append(Example(paper.stem, candidate.signs, candidate.confidence, right))
    return found


def fitted(examples: Sequence[Example], near: dict[str, float] | None = None) -> dict[str, float]:
    """The weights that make the examples likeliest, held near those given: Newton's steps on a small ridge."""
    known = dict(weights() if near is None else near)
    names = [BASE, *sorted({sign for one in examples for sign in one.signs} | set(known) - {BASE})]
    place = {name: at for at, name in enumerate(names)}
    rows: NDArray[np.float64] = np.zeros((len(examples), len(names)))
    rows[:, 0] = 1.0
    for at, one in enumerate(examples):
        for sign in set(one.signs):
            rows[at, place[sign]] = 1.0
    right = np.array([float(one.right) for one in examples])
    centre = np.array([known.get(name, 0.0) for name in names])
    step = centre.copy()
    stiffness = np.full(len(names), STIFFNESS / 4)
    for _turn in range(STEPS):
        chance = 1 / (1 + np.exp(-rows @ step))
        slope = rows.T @ (right - chance) - stiffness * (step - centre)
        curve = (rows * (chance * (1 - chance))[:, None]).T @ rows + np.diag(stiffness)
        step = step + np.linalg.solve(curve, slope)
    return {name: round(float(value), 2) for name, value in zip(names, step, strict=True)}


def crossed(examples: Sequence[Example]) -> list[Example]:
    """The examples with the confidence that the other papers would give them."""
    papers = sorted({one.paper for one in examples})
    done: list[Example] = []
    for fold in range(min(FOLDS, len(papers))):
        held = set(papers[fold::FOLDS])
        steps = fitted([one for one in examples if one.paper not in held])
        done += [
            Example(one.paper, one.signs, confidence_of(one.signs, steps), one.right)
            for one in examples
            if one.paper in held
        ]
    return done


def reliability(examples: Iterable[Example]) -> list[Bin]:
    found = list(examples)
    bins = []
    for least, most in itertools.pairwise(EDGES):
        inside = [one for one in found if least <= one.confidence < most or (most == 1.0 and one.confidence == 1.0)]
        if inside:
            count = len(inside)
            mean = sum(one.confidence for one in inside) / count
            bins.append(Bin(least, most, count, mean, sum(one.right for one in inside) / count))
    return bins
