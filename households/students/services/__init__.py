"""What is done with schools, teachers and their students, one function per verb."""
