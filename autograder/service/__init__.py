"""Grading on submit: a service of the hub that takes what is handed in, grades it, and shows it to whom it concerns."""
