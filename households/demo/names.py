"""Invented names, written from common surnames and given names; nobody in particular."""

SURNAMES = (
    "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏钟"
    "汪田任姜范方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段雷钱汤尹黎易常武乔贺赖龚文"
)
MALE = "伟强磊军勇杰涛明超刚平辉鹏华飞波斌宇浩凯建国志海龙德福贵忠义诚山林树庆东春生有才长发金宝文武"
FEMALE = "芳娜敏静丽艳娟霞秀兰桂英玉梅红玲凤珍莲琴云香萍荣淑华雪晶慧颖琳婷倩巧美凡佳月春花秋菊"


def full_name(surname: int, first: int, second: int, male: bool) -> str:
    """A name by three numbers of any size; second 0 modulo 5 gives a single given name."""
    pool = MALE if male else FEMALE
    given = pool[first % len(pool)]
    if second % 5:
        given += pool[second % len(pool)]
    return SURNAMES[surname % len(SURNAMES)] + given
