"""The main job: a folder of files becomes findings, workbooks and pages."""
