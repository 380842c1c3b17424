"""易地扶贫搬迁的申请: who moves is found by application, 村评议公示, 乡镇呈报, 公示, 县审批 and 公告 (seed-facts.md A39).

An application changes neither the facts of a year nor a verdict: whether a household moves is said by its year facts.
"""
