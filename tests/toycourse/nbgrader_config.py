"""The toy course, for the framework's own tests."""

import os

from autograder.nbgrader_bridge import configure

c = get_config()  # noqa: F821 - nbgrader puts it there
c.CourseDirectory.course_id = "toy"
configure(c, root=os.path.dirname(os.path.abspath(__file__)))
