"""A text column that holds the key of an option list, without writing the list into migrations."""

from django.db import models

from poverty.fields.options import Options


class OptionField(models.CharField):
    """CharField over an Options list: forms offer the labels, get_x_display() gives one, "" is not answered.

    The list is code and changes with the national forms; migrations therefore hold only the column.
    """

    def __init__(self, verbose_name=None, options: Options | None = None, **kwargs):
        self.options = options
        kwargs.setdefault("max_length", 40)
        kwargs.setdefault("blank", True)
        kwargs.setdefault("default", "")
        if options is not None:
            kwargs["choices"] = options.choices
        super().__init__(verbose_name, **kwargs)

    def deconstruct(self):
        name, path, args, kwargs = super().deconstruct()
        kwargs.pop("choices", None)
        return name, path, args, kwargs
