-- Beside the hub's own: nbgrader's gradebook, and the results of grading with the service's book.
CREATE DATABASE gradebook;
CREATE DATABASE results;
