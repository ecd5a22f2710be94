"""Where do the pages of the marketplace stand?"""

from flask import Blueprint

bp = Blueprint("marketplace", __name__, url_prefix="/<lang>/marketplace")
