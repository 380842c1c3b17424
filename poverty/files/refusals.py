"""Why a file is not taken, in words that say what to do."""

from django.core.exceptions import ValidationError

_MESSAGES = {
    "empty": "文件是空的（0 字节），请重新选择。",
    "too_large": "文件超过 %(limit)s MB，请压缩后再上传。",
    "unknown": "不能识别文件内容，只接受：%(allowed)s。（按内容识别，改扩展名无效）",
    "not_allowed": "文件内容是 %(found)s，这里不能上传，只接受：%(allowed)s。",
    "heic": "暂不支持 HEIC 照片。请在手机相机设置中改为“兼容性最佳”（JPG），或转换后再上传。",
    "old_office": "旧版 Office 文件（doc、xls）或加密文件不能上传，请取消密码并另存为 docx、xlsx 或 PDF。",
    "macro": "文件含有宏，不能上传。请另存为不含宏的 docx 或 xlsx。",
    "encrypted": "文件设有密码，不能上传。请取消密码后再上传。",
    "damaged": "文件不完整或已损坏，请重新拍摄、导出后再上传。",
    "bomb": "文件解压后过大，不像正常的文档，没有接收。请用 Excel 或 Word 打开，删去用不到的空行、图片和工作表，"
    "另存为新文件后再上传；打不开的，请发件人重新发一份。",
    "pixels": "图片像素过大（超过 %(limit)s 百万像素），请缩小后再上传。",
    "polyglot": "文件内容混有其他格式，不能上传。",
}


def refusal(code: str, **params) -> ValidationError:
    """The ValidationError for a reason above."""
    return ValidationError(_MESSAGES[code], code=code, params=params or None)
