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


# Given names by generation, for a county whose people should look their age: (born before, men, women). The last
# ones are for whoever is younger.
GENERATIONS = (
    (
        1956,
        "德福 玉山 凤山 殿臣 永贵 长林 洪山 振东 士贵 广才 忠义 明山 庆祥 占山 福田 万财 连生 喜春 成林 国祥 树森 宝山 "
        "文升 景春 兆林 德胜 玉林 永生 廷贵 洪斌 春山 传福 吉祥 荣山 守义 维喜 桂林 学义 克俭 云龙 庆山 有财",
        "桂兰 秀英 玉珍 淑芹 凤英 桂芝 秀珍 玉兰 淑云 桂香 翠兰 凤兰 素珍 玉芝 桂荣 秀芝 淑英 玉华 桂英 秀兰 桂琴 凤芝 "
        "翠英 淑珍 玉梅 桂花 素芹 凤琴 秀云 淑贤 玉荣 桂珍 春兰 淑兰 玉琴 凤霞 素兰 秀琴 桂云 淑芳 玉香 凤珍",
    ),
    (
        1976,
        "建国 志强 国栋 立军 永刚 长海 玉春 洪波 文斌 守本 庆国 福军 国富 广明 延军 宝成 志国 立新 树林 玉柱 春生 景山 "
        "喜军 长友 国臣 学军 永利 成军 建民 德军 宪军 洪亮 运来 万军 忠良 海山 东升 传军 连军 士军 革新 兴国",
        "丽华 秀梅 淑华 桂霞 玉玲 艳华 丽萍 淑艳 凤华 秀丽 桂芬 玉霞 春梅 丽娟 亚琴 淑霞 秀艳 红梅 丽君 玉凤 桂丽 亚芬 "
        "金凤 淑玲 秀荣 丽英 艳秋 玉芬 桂杰 敏芝 春华 秀萍 亚杰 淑敏 丽杰 凤云 艳芳 玉红 桂凤 秀娟 淑杰 亚茹",
    ),
    (
        1999,
        "海涛 志鹏 明亮 宏伟 大勇 晓东 立伟 春雷 洪涛 永强 海龙 国庆 金龙 振宇 晓明 立国 鹏飞 长亮 文涛 海波 春鹏 建伟 "
        "俊峰 宝强 世杰 忠伟 成龙 晓光 志伟 冬冬 玉龙 传宝 庆伟 明哲 立志 洪宇 海洋 兴旺 长江 福强 广义 学良",
        "晓丽 艳梅 丽丽 春燕 海燕 红艳 晓红 丽娜 冬梅 雪梅 艳丽 晓燕 丹丹 玲玲 春玲 秀杰 海霞 艳红 晓梅 丽艳 雪莲 红霞 "
        "金玲 晓霞 艳玲 莹莹 春霞 丽霞 秋菊 海英 敏杰 晓娟 艳春 立红 雪娇 凤娇 文静 晶晶 美玲 桂娟 小凤 亚男",
    ),
    (
        9999,
        "子轩 浩然 宇航 博文 俊杰 天宇 家豪 梓豪 明轩 思远 鑫磊 嘉琦 一鸣 泽宇 志远 佳明 文博 俊熙 晨阳 昊天 宏宇 瑞泽 "
        "金鹏 星宇 铭泽 家乐 旭阳 浩宇 子涵 宝华 世博 奕辰 景天 乐天 永泽 嘉伟 恩泽 佳旭 明浩 新宇 凯文 润泽",
        "欣怡 佳琪 梦瑶 雨桐 诗涵 思琪 紫萱 可欣 雅琪 佳慧 婉婷 梓涵 若曦 雨欣 美琪 嘉怡 静怡 思雨 馨月 欣妍 雪婷 诗琪 "
        "梦琪 晓彤 佳怡 语彤 子墨 心悦 依诺 嘉欣 钰涵 宝怡 星雨 爽爽 新颖 昕彤 艺涵 佳宁 宁馨 春晓 子琪 恩琪",
    ),
)
# Common in the south-east of Jilin, where many families came from Shandong; the frequent ones first.
LOCAL_SURNAMES = (
    "王李张刘孙赵于杨徐姜宋高林马郭周丛曲宫迟初栾吕韩唐冯董程曹邓许傅崔孔"
    "白毛邱秦史侯邵孟姚邹尹常武乔贺隋辛衣纪门战车鞠矫"
)
KOREAN_SURNAMES = "金朴崔李郑全安"
MANCHU_SURNAMES = "关佟富那赫傅赵"


def given_names(birth_year: int, male: bool) -> list[str]:
    """Given names that people of a birth year bear."""
    for before, men, women in GENERATIONS:
        if birth_year < before:
            return (men if male else women).split()
    raise ValueError(f"no generation for {birth_year}")
