"""What people read: feedback for students, later reports for staff."""
