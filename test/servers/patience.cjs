// Real servers and programs start in seconds on an idle machine and in many on a busy one: tests and hooks may wait.
jest.setTimeout(90_000);
