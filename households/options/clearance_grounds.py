"""七清: why a household must not be on the register (procedures.md 1.4, 2017-05), and the fault of one that never
qualified.
"""

from poverty.fields.options import Option, Options

CLEARANCE_GROUNDS = Options(
    "clearance_grounds",
    [
        Option("town_property", "城镇购建商品房、商铺、地皮或豪华装修"),
        Option("vehicle", "有家用汽车、大型农用车、大型机械或船舶"),
        Option("business", "私营企业主、长期承包工程或雇工经营"),
        Option("absent", "长期外出无法提供居住证明或举家在外居住"),
        Option("study_abroad", "家庭成员自费出国留学"),
        Option("punished", "因赌博、吸毒、打架斗殴、邪教等受处罚不改"),
        Option("paper_move", "空挂户口或为贫困户待遇分户"),
        Option("never_qualified", "识别时不符合标准"),
    ],
)
