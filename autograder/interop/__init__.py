"""Other graders: export of a week to otter and Gradescope, import of their assignments and of nbgrader's."""
