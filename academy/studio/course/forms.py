"""What may an administrator send?"""

from flask_babel import lazy_gettext as _l

from academy.kernel.files import UploadField
from academy.kernel.files.kinds import ZIP
from academy.kernel.forms import Form


class CourseForm(Form):
    file = UploadField(_l("Zip of a course"), accept={ZIP})
