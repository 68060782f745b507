/* What the front page does by itself, each by a module of its own; sent as one file (`newsportal/bundling.py`). */

import "./pictures.js";
import "./prefetch.js";
