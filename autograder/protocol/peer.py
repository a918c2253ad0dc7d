"""A conversation of strictly nested calls in both directions.

Whoever waits for an answer serves the other side's requests meanwhile, so a callback is a request
inside a request. Every message also carries the numbers of references that died and the new
states of shared random generators: state follows control.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from autograder.protocol import DeadlinePassed, PeerGone, ProtocolError
from autograder.protocol.frames import FrameChannel
from autograder.protocol.values import MAX_DEPTH, Codec

REQUEST, ANSWER, ERROR = range(3)
MAX_NESTING = 60
MAX_DEAD = 1000
"""Most references that one message drops; the others wait for the next one."""

_BIT_GENERATORS = {
    kind.__name__: kind
    for kind in (
        np.random.PCG64,
        np.random.PCG64DXSM,
        np.random.MT19937,
        np.random.Philox,
        np.random.SFC64,
    )
}


class Peer(Codec):
    """One end of the conversation.

    Parameters
    ----------
    channel : FrameChannel
    name : str
        One letter, different on both sides, so that names of shared generators never collide.

    Attributes
    ----------
    max_depth : int
        How deep an answer of the guest's may be nested; both sides look.
    """

    def __init__(self, channel: FrameChannel, name: str):
        super().__init__()
        self.channel = channel
        self.max_bytes = channel.max_bytes
        self.max_depth = MAX_DEPTH
        self._name = name
        self._objects: dict[int, Any] = {}
        self._numbers: dict[int, int] = {}  # id(object) -> number; the object is kept alive by _objects
        self._sent: dict[int, int] = {}  # number -> how many stand-ins the other side may hold
        self._last_number = 0
        self._dead: list[int] = []
        self._nesting = 0
        self._generators: dict[str, np.random.Generator] = {}
        self._generator_names: dict[int, str] = {}
        self._known_states: dict[str, Any] = {}
        self._generator_count = 0

    # ---- asking and answering -------------------------------------------------------------

    def request(self, *message: Any) -> Any:
        """Ask the other side and wait, serving what it asks meanwhile; return its answer.

        Raises
        ------
        ProtocolError, PeerGone, DeadlinePassed, TooLarge
        Exception
            Whatever :meth:`_remote_error` makes of an error on the other side.
        """
        shared_before = set(self._generators)
        try:
            self._send(REQUEST, list(message))
            while True:
                kind, body = self._receive()
                if kind == ANSWER:
                    return body
                if kind == ERROR:
                    raise self._remote_error(body)
                self._answer(body)
        finally:
            self._forget_generators(shared_before)

    def answer_one(self) -> None:
        """Wait for one request and answer it."""
        shared_before = set(self._generators)
        kind, body = self._receive()
        if kind != REQUEST:
            raise ProtocolError("an answer came that nobody waits for")
        self._answer(body)
        self._forget_generators(shared_before)

    def _answer(self, body: Any) -> None:
        if type(body) is not list or not body or type(body[0]) is not str:
            raise ProtocolError("a request has no name")
        self._nesting += 1
        try:
            if self._nesting > MAX_NESTING:
                raise RecursionError(f"callbacks are nested more than {MAX_NESTING} deep")
            kind, answer = ANSWER, self._serve(body[0], body[1:])
        except (PeerGone, DeadlinePassed, ProtocolError):
            raise
        except BaseException as error:  # noqa: BLE001 - code of the other side may raise anything, SystemExit too
            kind, answer = ERROR, self._describe_error(error)
        finally:
            self._nesting -= 1
        try:
            self._send(kind, answer)
        except (PeerGone, DeadlinePassed, ProtocolError):
            raise
        except BaseException as error:  # noqa: BLE001 - the answer itself cannot be coded: say so instead
            self._send(ERROR, self._describe_error(error))

    def _send(self, kind: int, body: Any) -> None:
        dead, self._dead = self._dead[:MAX_DEAD], self._dead[MAX_DEAD:]
        self.channel.send_frame(*self.encode([kind, body, dead, self._changed_states()]))

    def _receive(self) -> tuple[int, Any]:
        message = self.decode(*self.channel.recv_frame())
        if (
            type(message) is not list
            or len(message) != 4
            or [type(part) for part in (message[0], *message[2:])] != [int, list, list]
        ):
            raise ProtocolError("a message is malformed")
        kind, body, dead, states = message
        if kind not in (REQUEST, ANSWER, ERROR):
            raise ProtocolError("a message is malformed")
        for number in dead:
            if type(number) is int and number in self._objects:
                self._release(number)
        self._apply_states(states)
        return kind, body

    # ---- references -----------------------------------------------------------------------

    def _keep(self, value: Any) -> int:
        number = self._numbers.get(id(value))
        if number is None:
            self._last_number += 1
            number = self._numbers[id(value)] = self._last_number
            self._objects[number] = value
        self._sent[number] = self._sent.get(number, 0) + 1
        return number

    def _release(self, number: int) -> None:
        """One stand-in of the other side is gone; a method that returns ``self`` makes several."""
        self._sent[number] -= 1
        if self._sent[number] == 0:
            del self._sent[number]
            del self._numbers[id(self._objects.pop(number))]

    def _ours_hook(self, number: Any) -> Any:
        if type(number) is not int or number not in self._objects:
            raise ProtocolError("a reference names nothing")
        return self._objects[number]

    def forget(self) -> None:
        """From now on the other side's references to what is here name nothing."""
        for known in (self._objects, self._numbers, self._sent):
            known.clear()

    def drop(self, number: int) -> None:
        """Tell the other side, with the next message, that its object is no longer needed."""
        self._dead.append(number)

    # ---- shared random generators ---------------------------------------------------------

    def _generator_hook(self, generator: np.random.Generator) -> list:
        name = self._generator_names.get(id(generator))
        if name is not None:
            return [name, None, None]
        self._generator_count += 1
        name = f"{self._name}{self._generator_count}"
        state = _state_of(generator)
        sequence = generator.bit_generator.seed_seq
        self._share(name, generator, state)
        return [name, state, [sequence.entropy, list(sequence.spawn_key), sequence.n_children_spawned]]

    def _decode_generator_hook(self, *body: Any) -> np.random.Generator:
        name, state, seeds = body
        if type(name) is not str:
            raise ProtocolError("a generator has no name")
        if state is None:
            if name not in self._generators:
                raise ProtocolError("a generator is not shared now")
            return self._generators[name]
        entropy, spawn_key, children = seeds
        sequence = np.random.SeedSequence(entropy, spawn_key=tuple(spawn_key), n_children_spawned=children)
        generator = np.random.Generator(_BIT_GENERATORS[state["bit_generator"]](sequence))
        generator.bit_generator.state = state
        self._share(name, generator, state)
        return generator

    def _share(self, name: str, generator: np.random.Generator, state: Any) -> None:
        self._generators[name] = generator
        self._generator_names[id(generator)] = name
        self._known_states[name] = state

    def _changed_states(self) -> list:
        changed = []
        for name, generator in self._generators.items():
            state = _state_of(generator)
            if state != self._known_states[name]:
                self._known_states[name] = state
                changed.append([name, state])
        return changed

    def _apply_states(self, states: list) -> None:
        for entry in states:
            if (
                type(entry) is not list
                or len(entry) != 2
                or type(entry[0]) is not str
                or entry[0] not in self._generators
            ):
                raise ProtocolError("the state of an unknown generator")
            name, state = entry
            try:
                self._generators[name].bit_generator.state = state
            except (TypeError, ValueError, KeyError, OverflowError) as error:
                raise ProtocolError(f"a generator's state: {error}") from None
            self._known_states[name] = state

    def _forget_generators(self, keep: set[str]) -> None:
        """A generator is shared for as long as the call that it was passed to."""
        for name in [n for n in self._generators if n not in keep]:
            self._generator_names.pop(id(self._generators.pop(name)), None)
            self._known_states.pop(name, None)

    # ---- what each side defines -----------------------------------------------------------

    def _serve(self, operation: str, arguments: list) -> Any:
        raise NotImplementedError

    def _remote_error(self, body: Any) -> BaseException:
        raise NotImplementedError

    def _describe_error(self, error: BaseException) -> Any:
        raise NotImplementedError


def _state_of(generator: np.random.Generator) -> Any:
    """State of a generator as plain, comparable data (MT19937 and Philox hold arrays)."""
    return _without_arrays(generator.bit_generator.state)


def _without_arrays(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _without_arrays(entry) for key, entry in value.items()}
    if isinstance(value, np.ndarray):
        return value.tolist()
    return value
