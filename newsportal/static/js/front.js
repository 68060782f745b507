/* The front page's scripts, one module for each behaviour; sent as one file (`newsportal/bundling.py`). */

import "./pictures.js";
import "./prefetch.js";
