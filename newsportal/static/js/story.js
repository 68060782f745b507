/* The scripts of a story's page, one module for each behaviour; sent as one file (`newsportal/bundling.py`). */

import "./comment-form.js";
import "./recommend.js";
import "./share.js";
import "./report-error.js";
import "./prefetch.js";
