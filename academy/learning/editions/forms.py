"""What may people type?"""

from flask_babel import lazy_gettext as _l
from wtforms import StringField
from wtforms.validators import DataRequired, Length

from academy.kernel.forms import Form


class CodeForm(Form):
    code = StringField(
        _l("Code on the screen"),
        [DataRequired(_l("Type the code that the screen shows.")), Length(max=40)],
        render_kw={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"},
    )
