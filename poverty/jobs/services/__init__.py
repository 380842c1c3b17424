"""What changes a job: put in line, run, finish, retry, cancel, sweep."""
