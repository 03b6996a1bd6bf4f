"""A small sound content, and the mistakes people make in it: what is told, where, and with what remedy."""

from __future__ import annotations

from dataclasses import dataclass

PERSON = "vocabulary/person.toml"
CATEGORY = "vocabulary/codes/category.csv"
MINIMUM = "standards/minimum.csv"
POLICY = "packs/cn/aid/policy.toml"
RULES = "packs/cn/aid/2016-01-01.toml"
RATES = "packs/cn/aid/rates.csv"
EXAMPLES = "packs/cn/aid/examples.csv"
LOCAL_POLICY = "packs/cn-45/aid/policy.toml"
LOCAL_RULES = "packs/cn-45/aid/2025-01-01.toml"
LOCAL_RATES = "packs/cn-45/aid/rates.csv"

SOUND = {
    PERSON: """\
[[fact]]
id = "covered"
zh = "低保对象"
en = "covered by minimum living allowance"
type = "yes_no"

[[fact]]
id = "level"
zh = "残疾等级"
en = "disability level"
type = "integer"
unit = "级"
min = 1
max = 4

[[fact]]
id = "category"
zh = "残疾类别"
en = "disability category"
type = "code"
codes = "category"

[[fact]]
id = "birth_date"
zh = "出生日期"
en = "date of birth"
type = "date"

[[fact]]
id = "age"
zh = "周岁"
en = "age"
type = "integer"
unit = "岁"
min = 0
max = 150
derive = "years(birth_date)"

[[fact]]
id = "elderly_monthly"
zh = "老年补贴月标准"
en = "elderly subsidy a month"
type = "money"
min = 0
max = 1000000
presume = 0

[[fact]]
id = "household_size"
zh = "家庭人口"
en = "household members"
type = "integer"
min = 0
max = 50
""",
    CATEGORY: "code,id,zh,en\n1,visual,视力,visual\n4,physical,肢体,physical\n6,mental,精神,mental\n",
    MINIMUM: "from,division,amount,unit,source,note\n2024-01-01,45,700,元/月,桂民发〔2024〕1号,\n",
    POLICY: """\
id = "aid"
zh = "生活补贴"
en = "aid"
subject = "person"
decides = "民政"
rhythm = "month"
materials = ["申请表"]

[[basis]]
title = "意见"
number = "国发〔2015〕52号"
""",
    RULES: """\
[[condition]]
id = "hardship"
when = "covered"
basis = "国发〔2015〕52号 二"
else = "不是低保对象"
rank = 70

[[condition]]
id = "level"
when = "level <= 2"
basis = "国发〔2015〕52号"
else = "等级不在范围内"
code = "level"
rank = 60

[[beside]]
benefit = "elderly_monthly"
effect = "higher"
basis = "国发〔2015〕52号"
else = "老年补贴不低于本补贴"

[outcome]
kind = "cash"
amount = 'rate("standard")'
rounding = "fen"
""",
    RATES: """\
name,from,division,残疾等级,amount,percentage,of,unit,rounding,source,note
standard,2016-01-01,,1,100,,,元/月,fen,国发〔2015〕52号,
standard,2016-01-01,,2,80,,,元/月,fen,国发〔2015〕52号,
""",
    EXAMPLES: """\
id,division,as_of,低保对象,残疾等级,老年补贴月标准,verdict,amount,reason,note
yes,45,2024-06-01,是,1,0,entitled,100,,一级
no,45,2024-06-01,否,1,0,not,,hardship,
""",
    LOCAL_POLICY: """\
extends = "cn/aid"

[[basis]]
title = "办法"
number = "桂民发〔2025〕25号"
""",
    LOCAL_RULES: """\
[[condition]]
id = "level"
when = 'level <= 2 or category == "精神"'
basis = "桂民发〔2025〕25号"
else = "等级不在范围内"
code = "level"
rank = 60
""",
    LOCAL_RATES: """\
name,from,division,amount,percentage,of,unit,rounding,source,note
standard,2025-01-01,45,,30,minimum,元/月,yuan,桂民发〔2025〕25号,
""",
}
"""A small sound content: one policy, one province's layer."""


@dataclass(frozen=True)
class Mistake:
    """One mistake: ``old`` of a file replaced by ``new``; the line it is told on, words of what and of the remedy."""

    name: str
    file: str
    old: str
    new: str
    line: int
    what: str
    remedy: str


MISTAKES = [
    # rules: names
    Mistake("fact misspelt", RULES, '"covered"', '"coverd"', 3, "没有“coverd”", "covered"),
    Mistake("label misspelt", RULES, '"covered"', '"低保对像"', 3, "没有“低保对像”", "低保对象"),
    Mistake("as_of misspelt", RULES, '"covered"', '"birth_date < asof"', 3, "没有“asof”", "as_of"),
    Mistake("unknown rate", RULES, 'rate("standard")', 'rate("standart")', 24, "“standart”", "standard"),
    Mistake("rate without quotes", RULES, 'rate("standard")', "rate(standard)", 24, "引号", 'rate("standard")'),
    Mistake("unknown function", RULES, '"covered"', '"known(covered)"', 3, "“known”", "years"),
    Mistake("unknown benefit", RULES, "elderly_monthly", "elderly", 17, "“elderly”", "elderly_monthly"),
    # rules: signs
    Mistake("one equals sign", RULES, "level <= 2", "level = 2", 10, "不能写“=”", "=="),
    Mistake("signs the wrong way round", RULES, "level <= 2", "level =< 2", 10, "不能写“=<”", "<="),
    Mistake("printed sign", RULES, "level <= 2", "level ≤ 2", 10, "不能写“≤”", "<="),
    Mistake("Chinese and", RULES, '"covered"', '"covered 并且 level <= 2"', 3, "“并且”", "and"),
    Mistake("and of other languages", RULES, '"covered"', '"covered && level <= 2"', 3, "“&&”", "and"),
    Mistake("bitwise or", RULES, '"covered"', '"covered | level <= 2"', 3, "“covered | level”", "or"),
    Mistake("no space after a number", LOCAL_RULES, "2 or", "2or", 3, "2or", "括号和引号"),
    Mistake("Chinese quotes", LOCAL_RULES, '"精神"', "“精神”", 3, "“", "英文引号"),
    Mistake("percent sign", RULES, 'rate("standard")', 'rate("standard") * 30%', 24, "“%”", 'percent("30")'),
    Mistake("unit behind a number", RULES, '"covered"', '"age >= 60岁"', 3, "“岁”", "不带单位"),
    # rules: kinds
    Mistake("decimal", RULES, "level <= 2", "level <= 2.5", 10, "小数 2.5", "percent"),
    Mistake("division sign", RULES, "level <= 2", "level / 2 <= 1", 10, "level / 2", "div("),
    Mistake("division without rounding", RULES, '"covered"', "'div(age, 2) > 3'", 3, "取整", "half_up"),
    Mistake(
        "division by what may be zero", RULES, '"covered"', "'div(age, household_size, \"floor\") > 3'", 3,
        "household_size", "min",
    ),
    Mistake("money and number", RULES, "level <= 2", "elderly_monthly <= 100", 10, "金额与普通数字", "yuan("),
    Mistake("condition that is a number", RULES, '"covered"', '"level"', 3, "数字", "level <= 2"),
    Mistake("truth compared", RULES, '"covered"', '"covered == true"', 3, "不用比较", "not"),
    Mistake("truth as text", RULES, '"covered"', "'covered == \"是\"'", 3, "文字“是”", "直接写名称"),
    Mistake("day as text", RULES, '"covered"', "'birth_date < \"2000-01-01\"'", 3, "2000-01-01", 'date("2000-01-01")'),
    Mistake("question whether it is known", RULES, '"covered"', '"covered != None"', 3, "None", "知道不知道"),
    Mistake("in without brackets", RULES, "level <= 2", "level in 1", 10, "in 后面", "(1,)"),
    Mistake("code not in its table", LOCAL_RULES, '"精神"', '"精残"', 3, "精残", "6 精神"),
    Mistake("code compared by size", LOCAL_RULES, 'category == "精神"', "category <= 6", 3, "没有大小", "in"),
    Mistake("level that nobody has", RULES, "level <= 2", "level <= 5", 10, "1级 到 4级", "min、max"),
    Mistake(
        "level that nobody has, the other way round", RULES, "level <= 2", "5 >= level", 10, "1级 到 4级", "min、max",
    ),
    Mistake(
        "day nobody was born on", RULES, '"covered"', "'birth_date < date(\"1066-10-14\")'", 3, "1800-01-01", "min、max"
    ),
    Mistake("truth by itself", RULES, '"covered"', '"covered and True and level"', 3, "“level”是数字", "level <= 2"),
    Mistake(
        "exclude what nobody knows",
        RULES, 'elderly_monthly"\neffect = "higher"', 'elder"\neffect = "exclude"', 17, "elder", "elderly_monthly",
    ),
    Mistake(
        "keep what nobody knows", RULES, 'elderly_monthly"\neffect = "higher"', 'elder"\neffect = "stack"', 17,
        "elder", "",
    ),
    Mistake("higher than what is no sum", RULES, '"elderly_monthly"', '"household_size"', 17, "不是金额", "amount"),
    Mistake("amount that is no money", RULES, "'rate(\"standard\")'", "'100'", 24, "不是金额", "yuan("),
    Mistake("money times money", RULES, "rate(", "elderly_monthly * rate(", 24, "金额乘", "百分比"),
    Mistake("exclude by a sum", RULES, '"higher"', '"exclude"', 17, "是/否", "正在享受"),
    Mistake("number too large", RULES, "level <= 2", f"level * {'9' * 40} <= 2", 10, "128 位", "max"),
    # rules: structure
    Mistake("key misspelt", RULES, 'basis = "国发〔2015〕52号 二"', 'bassis = "国发"', 4, "bassis", "basis"),
    Mistake("key that does not exist", RULES, "rank = 70", "rnak = 70", 6, "rnak", "rank"),
    Mistake("table misspelt", RULES, '[[condition]]\nid = "l', '[[conditions]]\nid = "l', 8, "conditions", "condition"),
    Mistake("basis missing", RULES, 'basis = "国发〔2015〕52号 二"\n', "", 1, "缺少 basis", "basis ="),
    Mistake("sentence empty", RULES, "不是低保对象", "", 5, "else 是空的", "内容"),
    Mistake("condition empty", RULES, '"covered"', '""', 3, "when 是空的", "内容"),
    Mistake("two of one id", RULES, 'id = "level"', 'id = "hardship"', 8, "与第 1 行重复", "只写一次"),
    Mistake("rank as text", RULES, "rank = 70", 'rank = "70"', 6, "rank 应是整数", "rank = 1"),
    Mistake("effect unknown", RULES, '"higher"', '"max"', 18, "“max”", "higher"),
    Mistake("kind unknown", RULES, '"cash"', '"money"', 23, "“money”", "cash"),
    Mistake("amount missing", RULES, "amount = 'rate(\"standard\")'\n", "", 23, "没有 amount", "rate("),
    Mistake("outcome twice", RULES, "[outcome]", "[[outcome]]\nkind = 'item'\n[[outcome]]", 24, "两次", "另一个"),
    Mistake("rounding empty", RULES, '"fen"', '""', 25, "rounding 不能是“”", "fen、jiao、yuan"),
    Mistake("quote not closed", RULES, '"covered"', '"covered', 3, "引号", "英文引号"),
    Mistake("key twice", RULES, "rank = 70", "rank = 70\nrank = 71", 7, "两次", "只写一次"),
    Mistake("bracket not closed", RULES, "[[beside]]", "[[beside]", 16, "方括号", "[[condition]]"),
    Mistake("value without quotes", RULES, '"higher"', "higher", 18, "没有加引号", "英文引号"),
    Mistake("local outcome", LOCAL_RULES, "rank = 60", "rank = 60\n[outcome]\nkind = 'cash'", 8, "[outcome]", "rates"),
    # policy.toml
    Mistake("rhythm unknown", POLICY, '"month"', '"monthly"', 6, "monthly", "month"),
    Mistake("rhythm missing", POLICY, 'rhythm = "month"\n', "", 1, "缺少 rhythm", "month"),
    Mistake("id is not the folder", POLICY, 'id = "aid"', 'id = "aids"', 1, "“aids”", '"aid"'),
    Mistake("no basis", POLICY, '[[basis]]\ntitle = "意见"\nnumber = "国发〔2015〕52号"\n', "", 1, "依据", "[[basis]]"),
    Mistake("list as text", POLICY, '["申请表"]', '"申请表"', 7, "materials", "["),
    Mistake("extends nothing", LOCAL_POLICY, "cn/aid", "cn/aids", 1, "cn/aids", "cn/aid"),
    Mistake("local rhythm", LOCAL_POLICY, '"cn/aid"', '"cn/aid"\nrhythm = "year"', 2, "rhythm", "删去"),
    # rates.csv
    Mistake("rows overlap", RATES, "2,80", "1..2,80", 3, "第 2 行", "至多适用一行"),
    Mistake("unit of another rhythm", RATES, "80,,,元/月", "80,,,元/年", 3, "元/年", "元/月"),
    Mistake("unit missing", RATES, "80,,,元/月", "80,,,", 3, "单位", "元/月"),
    Mistake("key heading misspelt", RATES, "残疾等级", "残疾级别", 1, "残疾级别", "残疾等级"),
    Mistake("heading twice", RATES, "残疾等级", "amount", 1, "两次", "只留一列"),
    Mistake("level out of its bounds", RATES, "2,80", "5,80", 3, "残疾等级", "1级 到 4级"),
    Mistake("range with a dash", RATES, "2,80", "2-4,80", 3, "2-4", "2..4"),
    Mistake("range reversed", RATES, "2,80", "4..2,80", 3, "4..2", "2..4"),
    Mistake("amount in words", RATES, "2,80", "2,八十", 3, "八十", "不带单位"),
    Mistake("thousandths of a yuan", RATES, "2,80", "2,80.123", 3, "80.123", "2 位小数"),
    Mistake("amount beyond all sense", RATES, "2,80", "2,1e9100", 3, "1e9100", "一万亿"),
    Mistake("amount and percentage", RATES, "80,,", "80,30,", 3, "都填了", "只填一个"),
    Mistake("neither amount nor reason", RATES, "2,80,", "2,,", 3, "没有金额", "note"),
    Mistake("source missing", RATES, "80,,,元/月,fen,国发〔2015〕52号", "80,,,元/月,fen,", 3, "来源", "文号"),
    Mistake("day written with strokes", RATES, "2016-01-01,,2", "2016/1/1,,2", 3, "2016/1/1", "2025-01-01"),
    Mistake("too many cells", RATES, "80,,,元/月,fen,国发", "80,,,元/月,fen,国,发", 3, "12 格", "逗号"),
    Mistake("Chinese commas", RATES, "standard,2016-01-01,,2", "standard，2016-01-01，，2", 3, "中文逗号", "英文"),
    Mistake("rounding unknown", RATES, "80,,,元/月,fen", "80,,,元/月,cent", 3, "“cent”", "fen"),
    Mistake("name missing", RATES, "standard,2016-01-01,,2", ",2016-01-01,,2", 3, "没有写 name", "standard"),
    Mistake("rate nobody reads", LOCAL_RATES, "\nstandard", "\nstandrad", 2, "standrad", "standard"),
    Mistake("standard nobody published", LOCAL_RATES, "minimum", "minimun", 2, "minimun", "minimum"),
    Mistake("another province", LOCAL_RATES, ",45,", ",11,", 2, "division 11", "文件夹"),
    Mistake("place by name", LOCAL_RATES, ",45,", ",广西,", 2, "广西", "450803"),
    Mistake("money by another unit", MINIMUM, "元/月", "月", 2, "“月”", "元/月"),
    # examples.csv
    Mistake("verdict unknown", EXAMPLES, "entitled", "yes", 2, "“yes”", "entitled"),
    Mistake("value in other words", EXAMPLES, "是,1,0", "是的,1,0", 2, "是的", "是 或 否"),
    Mistake("value beyond all sense", EXAMPLES, "是,1,0", "是,1,1e9100", 2, "1e9100", "10,000.00 元"),
    Mistake("sum beyond all sense", EXAMPLES, "entitled,100", "entitled,1e99999999", 2, "1e99999999", "119.50"),
    Mistake("fact of nobody", EXAMPLES, "残疾等级", "残疾级别", 1, "残疾级别", "残疾等级"),
    Mistake("amount with a unit", EXAMPLES, "entitled,100", "entitled,100元", 2, "100元", "119.50"),
    Mistake("sum beyond its bounds", EXAMPLES, "是,1,0", "是,1,20000", 2, "20,000.00 元", "10,000.00 元"),
    Mistake("place of an example by name", EXAMPLES, "yes,45", "yes,广西", 2, "广西", "450803"),
    Mistake(
        "day of an example with strokes", EXAMPLES, "yes,45,2024-06-01", "yes,45,2024/6/1", 2, "2024/6/1", "2026-11-01",
    ),
    Mistake("sum with thousandths", EXAMPLES, "entitled,100", "entitled,100.001", 2, "100.001", "119.50"),
    Mistake("two examples of one id", EXAMPLES, "\nno,", "\nyes,", 3, "第 2 行", "不同的 id"),
    # vocabulary
    Mistake("fact twice", PERSON, 'id = "level"', 'id = "covered"', 8, "covered 写了两次", "只留一处"),
    Mistake("label twice", PERSON, '"残疾等级"', '"低保对象"', 9, "低保对象", "不重复"),
    Mistake("fact derived from itself", PERSON, "years(birth_date)", "age + 1", 29, "age → age", "derive"),
    Mistake("derived fact of another kind", PERSON, "years(birth_date)", "birth_date", 29, "日期", "type"),
    Mistake("bound missing", PERSON, "min = 1\n", "", 7, "缺少 min", "min ="),
    Mistake("bounds reversed", PERSON, "min = 1\nmax = 4", "min = 4\nmax = 1", 13, "大于", "对调"),
    Mistake("type unknown", PERSON, '"integer"\nunit = "级"', '"int"\nunit = "级"', 11, "“int”", "integer"),
    Mistake("type empty", PERSON, 'type = "yes_no"', 'type = ""', 5, "type 是空的", "内容"),
    Mistake("type missing", PERSON, 'type = "date"\n', "", 23, "缺少 type", "date"),
    Mistake("no such code table", PERSON, 'codes = "category"', 'codes = "categories"', 21, "categories", "category"),
    Mistake("word of the language", PERSON, 'id = "covered"', 'id = "rate"', 2, "“rate”", "换一个"),
    Mistake("label with brackets", PERSON, '"残疾等级"', '"残疾等级(级)"', 9, "残疾等级(级)", "括号"),
    Mistake("presumed beyond its bounds", PERSON, "presume = 0", "presume = -1", 46, "-0.01 元", "0.00 元"),
    Mistake("flag in words", PERSON, '"category"\n', '"category"\nordered = "yes"\n', 18, "ordered 应是 true", "true"),
    Mistake(
        "id in capitals",
        PERSON, 'id = "household_size"', 'id = "HouseholdSize"', 49, "HouseholdSize", "minimum_living_allowance",
    ),
    Mistake("presumed in words", PERSON, "presume = 0", 'presume = "none"', 46, "'none'", "true、false"),
    Mistake("code that is no number", CATEGORY, "6,mental", "F,mental", 4, "“F”", "整数"),
    Mistake("code twice", CATEGORY, "6,mental", "4,mental", 4, "“4”重复", "只写一次"),
]  # fmt: skip
