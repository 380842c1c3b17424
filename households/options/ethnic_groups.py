"""民族, AAB007 (forms.md 2.2). The national system's order differs from GB/T 3304: map by name."""

from poverty.fields.options import Option, Options

# (key, name without 族); the position is the national system's code 01 to 56.
_GROUPS = (
    ("han", "汉"), ("manchu", "满"), ("hui", "回"), ("mongol", "蒙古"), ("tibetan", "藏"),
    ("uyghur", "维吾尔"), ("miao", "苗"), ("yi", "彝"), ("zhuang", "壮"), ("bouyei", "布依"),
    ("korean", "朝鲜"), ("dong", "侗"), ("yao", "瑶"), ("bai", "白"), ("tujia", "土家"), ("hani", "哈尼"),
    ("kazakh", "哈萨克"), ("dai", "傣"), ("li", "黎"), ("lisu", "傈僳"), ("va", "佤"), ("she", "畲"),
    ("gaoshan", "高山"), ("lahu", "拉祜"), ("shui", "水"), ("dongxiang", "东乡"), ("naxi", "纳西"),
    ("jingpo", "景颇"), ("kirgiz", "柯尔克孜"), ("tu", "土"), ("daur", "达斡尔"), ("mulao", "仫佬"),
    ("qiang", "羌"), ("blang", "布朗"), ("salar", "撒拉"), ("maonan", "毛南"), ("gelao", "仡佬"),
    ("xibe", "锡伯"), ("achang", "阿昌"), ("pumi", "普米"), ("tajik", "塔吉克"), ("nu", "怒"),
    ("uzbek", "乌孜别克"), ("russian", "俄罗斯"), ("ewenki", "鄂温克"), ("deang", "德昂"),
    ("bonan", "保安"), ("yugur", "裕固"), ("gin", "京"), ("tatar", "塔塔尔"), ("derung", "独龙"),
    ("oroqen", "鄂伦春"), ("hezhen", "赫哲"), ("monba", "门巴"), ("lhoba", "珞巴"), ("jino", "基诺"),
)  # fmt: skip

HAN = "han"

ETHNIC_GROUPS = Options(
    "ethnic_groups",
    [
        *(
            Option(key, f"{name}族", {"national": f"{number:02d}"}, (name,))
            for number, (key, name) in enumerate(_GROUPS, start=1)
        ),
        Option("other", "其他", {"national": "99"}, ("其它", "其他民族")),
    ],
)
