"""Who helps whom, and who has signed for it: responsibility documents, agreements, training of cadres, the list of
helpers as a workbook.
"""
