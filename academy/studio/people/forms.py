"""What may an administrator type?"""

from flask_babel import lazy_gettext as _l
from wtforms import StringField
from wtforms.validators import DataRequired, Length

from academy.kernel.forms import Form


class RoleForm(Form):
    why = StringField(_l("Why?"), [DataRequired(_l("Say in a few words why.")), Length(max=300)])
