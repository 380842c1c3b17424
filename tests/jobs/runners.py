"""Runners for tests; a real worker process loads this module too (`celery --include tests.jobs.runners`)."""

import time

from django.core.exceptions import ValidationError
from django.db import connection, transaction

from poverty.areas.models import Area
from poverty.jobs.runners import JobCancelled, JobFailed, Outcome, runner

PERSONAL = "王建国 220503199001011234"  # as a database error may quote it


def describe(job):
    return Outcome(f"数了 {job.result['counted']} 个", "/counted/")


@runner("test.count", label="数数", rights=("assess.run",), outcome=describe)
def count(ctx):
    for number in range(ctx.params["to"]):
        ctx.check()
        ctx.progress(number + 1, ctx.params["to"])
    ctx.result = {"counted": ctx.params["to"]}


@runner("test.own", label="我的小事")
def own(ctx):
    ctx.result = {"actor": ctx.actor.pk if ctx.actor else None}


@runner("test.refuse", label="拒绝")
def refuse(ctx):
    raise JobFailed("本年未发布标准，请先发布标准。")


@runner("test.invalid", label="不合格")
def invalid(ctx):
    raise ValidationError(["年度已关闭。", "请联系县级。"])


@runner("test.break", label="出错")
def broken(ctx):
    raise RuntimeError(PERSONAL)


@runner("test.stop", label="自己停")
def stop(ctx):
    ctx.result = {"so_far": 3}
    raise JobCancelled


@runner("test.write", label="写一个区划")
def write(ctx):
    """Adds its area once, however often it runs."""
    Area.objects.get_or_create(code=ctx.params["code"], defaults={"name": "新村", "level": 12})


@runner("test.statement", label="一条很长的语句")
def one_long_statement(ctx):
    """Reports, then waits inside a transaction for one statement, as a judging run of a big county does."""
    with transaction.atomic(), connection.cursor() as cursor:
        ctx.progress(1, 4)
        cursor.execute("SELECT pg_sleep(%s)", [ctx.params["seconds"]])


@runner("test.wait", label="等到取消")
def wait(ctx):
    """Goes on until it is told to stop, or killed."""
    end = time.monotonic() + ctx.params.get("seconds", 60)
    while time.monotonic() < end:
        ctx.check()
        time.sleep(0.1)
