"""The untrusted side: what runs inside the sandbox.

``supervisor`` is the sandbox's PID 1. It forks one confined *session* for each submission, and when
the submission ends it kills, removes and verifies. It is trusted, its children are not. It never
holds a notebook, a name or a secret: whatever it has ever held, the next student's process inherits.

Nothing here may import anything but the standard library, msgpack and ``autograder.protocol``.
"""
