"""Loaded before the settings (`-p tests.environment`): every test process gets a data folder of its own."""

import atexit
import os
import shutil
import tempfile

_folder = tempfile.mkdtemp(prefix="seminar-tests-")
atexit.register(shutil.rmtree, _folder, ignore_errors=True)
os.environ["DATA_DIR"] = _folder
os.environ.pop("SEMINAR_NOW", None)
