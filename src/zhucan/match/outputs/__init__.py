"""What the officer holds afterwards: workbooks, village sheets, an accessible page, a table for machines."""
