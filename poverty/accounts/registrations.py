"""What this app tells the apps above it, once, when everything is loaded."""

from poverty.accounts.bearers import PostingBearer, UnitBearer
from poverty.accounts.places import area_choices, area_home
from poverty.accounts.rights import who_can
from poverty.areas import bearers
from poverty.audit import actions, naming
from poverty.web import chosen
from poverty.web import rights as web_rights

# The page that says "no right" names the roles that have it.
web_rights.who_can = who_can
chosen.area_home = area_home
chosen.area_choices = area_choices

bearers.register(UnitBearer())
bearers.register(PostingBearer())

naming.register_case_type("accounts.user", "人员", "accounts:user", also=("accounts.posting",))
naming.register_case_type("accounts.unit", "单位", "accounts:unit")
actions.register(
    {
        "accounts.sign_in": "登录",
        "accounts.sign_in.refused": "登录未成功",
        "accounts.sign_out": "退出登录",
        "accounts.password.change": "修改密码",
        "accounts.password.reset": "重置密码",
        "accounts.token.create": "建立接口密钥",
        "accounts.token.revoke": "停用接口密钥",
        "accounts.user.create": "登记人员",
        "accounts.user.update": "修改人员信息",
        "accounts.user.give_account": "开通账号",
        "accounts.user.deactivate": "停用账号",
        "accounts.user.reactivate": "启用账号",
        "accounts.posting.add": "安排任职",
        "accounts.posting.end": "终止任职",
        "accounts.posting.move": "任职随区划调整",
        "accounts.unit.create": "登记单位",
        "accounts.unit.update": "修改单位",
    }
)
