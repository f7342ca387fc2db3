"""What simulated bodies write. Few sentences: a unit that copies its neighbour is the ordinary case."""

from __future__ import annotations

from collections.abc import Sequence

from isotherm.doors.simulator.course import Event

ASKED = "Nội dung giao không thuộc thẩm quyền của đơn vị; đề nghị cơ quan giao xem xét, giao đúng cơ quan chủ trì."
SENT_BACK = "Báo cáo chưa có tài liệu chứng minh kết quả; đề nghị thực hiện bổ sung và báo cáo lại."

_AGREED = "Đồng ý điều chỉnh, cơ quan giao sẽ giao lại cho đơn vị có thẩm quyền."
_REFUSED = "Nội dung thuộc phạm vi của đơn vị theo quy định về chức năng, nhiệm vụ; đề nghị tiếp tục thực hiện."

_PLANNED = (
    "Kế hoạch thực hiện nêu rõ người chủ trì, thời hạn và sản phẩm của từng việc; lãnh đạo trực tiếp chỉ đạo.",
    "Đã ban hành kế hoạch thực hiện, phân công từng bộ phận và thời hạn hoàn thành.",
    "Kế hoạch thực hiện theo hướng dẫn của cấp trên; định kỳ kiểm điểm tiến độ hằng tuần.",
)
_REPORTED = (
    "Đang triển khai theo kế hoạch; các bộ phận được giao đã thực hiện bước rà soát, thống kê.",
    "Đã hoàn thành bước chuẩn bị, đang tổ chức thực hiện; chưa phát sinh vướng mắc lớn.",
    "Tiến độ cơ bản bảo đảm; đang đôn đốc các bộ phận còn chậm.",
)
_FINISHED = (
    "Đã hoàn thành nhiệm vụ được giao; kết quả được lưu tại hồ sơ của đơn vị.",
    "Đã thực hiện xong các nội dung theo yêu cầu, đề nghị xác nhận hoàn thành.",
    "Hoàn thành nhiệm vụ; danh sách và biên bản kèm theo báo cáo bằng văn bản.",
)


def decided(agreed: bool) -> str:
    return _AGREED if agreed else _REFUSED


def planned(event: Event) -> str:
    return _one_of(_PLANNED, event)


def reported(event: Event) -> str:
    return _one_of(_REPORTED, event)


def finished(event: Event) -> str:
    return _one_of(_FINISHED, event)


def _one_of(sentences: Sequence[str], event: Event) -> str:
    """By day and level: neighbours write alike, and a day's reports are few sets."""
    return sentences[(event.at.toordinal() + len(event.rows[0].level)) % len(sentences)]
