"""Why a workbook is not read at all."""


class WorkbookRefused(Exception):
    """Nothing of the file is taken. `message`: what is wrong, where (sheet, cell), and what to do; Chinese.

    `code` is stored and counted; it never changes with the words.
    """

    def __init__(self, code: str, message: str):
        super().__init__(message)
        self.code = code
        self.message = message
