"""Stylesheets and scripts that are made of others."""

from newsportal import bundling

FILES = {
    "site.css": """/* What it is made of. */
@layer base, theme;

@import url("css/faces.css");
@import url("css/base.css") layer(base);
""",
    "css/faces.css": '@font-face {\n  src: url("../fonts/a.woff2");\n}\n',
    "css/base.css": 'body {\n  background: url("data:image/png;base64,x") url("#a") url("/b") url("c.png");\n}\n',
    "js/page.js": 'import "./one.js";\nimport "./two.js";\n',
    "js/one.js": "const KEY = 1;\n",
    "js/two.js": 'const KEY = 2;\nconst later = () => import("./three.js");\n',
}


def test_a_stylesheet_has_what_it_imports_in_its_place_and_layer_and_names_files_from_where_it_stands() -> None:
    assert bundling.stylesheet("site.css", FILES.__getitem__) == (
        "@layer base, theme;\n"
        '@font-face {\nsrc: url("fonts/a.woff2");\n}\n'
        "@layer base {\nbody {\n"
        'background: url("data:image/png;base64,x") url("#a") url("/b") url("css/c.png");\n}\n}\n'
    )


def test_a_script_has_what_it_imports_each_in_a_block_of_its_own() -> None:
    assert bundling.script("js/page.js", FILES.__getitem__) == (
        '{\nconst KEY = 1;\n}\n{\nconst KEY = 2;\nconst later = () => import("./three.js");\n}\n'
    )
