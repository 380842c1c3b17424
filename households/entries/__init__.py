"""Who comes onto the poverty register and who is taken off it again: 新识别, 返贫 and 户清退, from application to
register.
"""
