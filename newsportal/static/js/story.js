/* What a story's page does by itself, each by a module of its own; sent as one file (`newsportal/bundling.py`). */

import "./comment-form.js";
import "./recommend.js";
import "./share.js";
import "./report-error.js";
import "./prefetch.js";
