"""Work in a process of its own: questions go in and answers come out as pickles.

with child("bench.scratch.load", str(port)) as load:
    outcome = load.ask(batch)
"""

import pickle
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib import import_module
from typing import IO


class Child:
    """One running child."""

    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        self._process = process
        assert process.stdin is not None
        assert process.stdout is not None
        self._questions: IO[bytes] = process.stdin
        self._answers: IO[bytes] = process.stdout

    def send(self, question: object) -> None:
        """Ask without waiting."""
        pickle.dump(question, self._questions)
        self._questions.flush()

    def receive(self) -> object:
        """The answer to the oldest question that was sent."""
        return pickle.load(self._answers)

    def ask(self, question: object) -> object:
        """Ask and wait."""
        self.send(question)
        return self.receive()


@contextmanager
def child(module: str, *arguments: str) -> Iterator[Child]:
    """A child that runs `main(*arguments)` of this module until the end of the block."""
    process = subprocess.Popen(
        [sys.executable, "-m", "bench.scratch.children", module, *arguments],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    try:
        yield Child(process)
    finally:
        assert process.stdin is not None
        process.stdin.close()
        process.wait()


def answer_all(answer: Callable[[object], object]) -> None:
    """Answer every question until nobody asks: the main program of a child."""
    questions, answers = sys.stdin.buffer, sys.stdout.buffer
    while True:
        try:
            question = pickle.load(questions)
        except EOFError:
            return
        pickle.dump(answer(question), answers)
        answers.flush()


if __name__ == "__main__":
    import_module(sys.argv[1]).main(*sys.argv[2:])
