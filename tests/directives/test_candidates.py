"""Tasks are true to the text: each text here is our own and shows one difficulty of the language of assignment."""

from __future__ import annotations

from datetime import date, time

from isotherm.directives.reading import CandidateTask, read_text, six_points, to_json

PROVINCES = "Ủy ban nhân dân các tỉnh, thành phố trực thuộc trung ương"


def paper(body: str, *, signed: str = "ngày 12 tháng 5 năm 2026") -> str:
    return (
        "THỦ TƯỚNG CHÍNH PHỦ\nCỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM\nĐộc lập - Tự do - Hạnh phúc\nSố: 77/CT-TTg\n"
        f"Hà Nội, {signed}\nCHỈ THỊ\nVề việc thử cách đọc văn bản\n"
        + body.strip()
        + "\nNơi nhận:\n- Lưu: VT.\nTHỦ TƯỚNG\nNguyễn Văn Mẫu\n"
    )


def english(body: str) -> str:
    return (
        "THE PRIME MINISTER\nTHE SOCIALIST REPUBLIC OF VIET NAM\nIndependence - Freedom - Happiness\nNo. 77/CD-TTg\n"
        "Ha Noi, May 12, 2026\nOFFICIAL DISPATCH\nOn trying how a text is read\n"
        + body.strip()
        + "\nRecipients:\n- As above;\nTHE PRIME MINISTER\nNguyen Van Mau\n"
    )


def tasks(text: str) -> list[CandidateTask]:
    return list(read_text(text).candidates)


def one(text: str) -> CandidateTask:
    found = tasks(text)
    assert len(found) == 1, [task.quote for task in found]
    return found[0]


def leads(text: str) -> list[tuple[str, ...]]:
    return [task.lead for task in tasks(text)]


# --- lead and coordinators --------------------------------------------------------------------------------


def test_points_inherit_lead_and_coordinators_from_their_heading() -> None:
    found = tasks(
        paper(
            "1. Bộ Y tế chủ trì, phối hợp với Bộ Tài chính và các địa phương:\n"
            "a) Rà soát nhu cầu thuốc, vật tư của tuyến xã.\n"
            "b) Phối hợp với Bộ Công an đấu tranh với thuốc giả.\n"
            "c) Bảo đảm không thiếu thuốc cấp cứu."
        )
    )
    assert [task.lead for task in found] == [("Bộ Y tế",)] * 3
    assert [task.coordinate for task in found] == [
        ("Bộ Tài chính", "các địa phương"),
        ("Bộ Công an",),
        ("Bộ Tài chính", "các địa phương"),
    ]
    assert [task.path for task in found] == ["cl=1;pt=a", "cl=1;pt=b", "cl=1;pt=c"]


def test_a_heading_that_only_names_a_body_gives_its_lead() -> None:
    body = (
        "I. TỔ CHỨC THỰC HIỆN\n1. Bộ Nội vụ\n- Hướng dẫn các địa phương sắp xếp thôn, tổ dân "
        "phố.\n2. Đối với Bộ Tài chính:\n- Bố trí kinh phí."
    )
    assert leads(paper(body)) == [("Bộ Nội vụ",), ("Bộ Tài chính",)]


def test_an_article_on_the_duties_of_a_body_gives_its_lead() -> None:
    body = (
        "Điều 4. Trách nhiệm của Bộ Xây dựng\n1. Ban hành định mức xây dựng nhà ở xã hội.\n2. Kiểm "
        "tra việc áp dụng định mức."
    )
    found = tasks(paper(body))
    assert [task.lead for task in found] == [("Bộ Xây dựng",)] * 2
    assert found[1].clause == "Điều 4 khoản 2"


def test_a_list_of_ministries_and_provinces_is_spelled_out() -> None:
    found = tasks(
        paper(
            "1. Các Bộ: Công Thương, Xây dựng, Nông nghiệp và Môi trường rà soát quy hoạch ngành.\n"
            "2. Chủ tịch Ủy ban nhân dân các tỉnh, thành phố: Hà Tĩnh, Huế, Đồng Nai sơ tán dân.\n"
            "3. UBND các tỉnh Nghệ An, Gia Lai và thành phố Đà Nẵng thống kê thiệt hại."
        )
    )
    assert found[0].lead == ("Bộ Công Thương", "Bộ Xây dựng", "Bộ Nông nghiệp và Môi trường")
    assert found[1].lead == (
        "Ủy ban nhân dân tỉnh Hà Tĩnh",
        "Ủy ban nhân dân thành phố Huế",
        "Ủy ban nhân dân thành phố Đồng Nai",
    )
    assert found[2].lead == (
        "Ủy ban nhân dân tỉnh Nghệ An",
        "Ủy ban nhân dân tỉnh Gia Lai",
        "Ủy ban nhân dân thành phố Đà Nẵng",
    )


def test_a_province_is_called_what_it_was_on_the_day_of_the_paper() -> None:
    text = paper("1. Chủ tịch UBND các tỉnh: Đồng Nai, Tây Ninh rà soát quỹ đất.", signed="ngày 12 tháng 3 năm 2026")
    assert one(text).lead == ("Ủy ban nhân dân tỉnh Đồng Nai", "Ủy ban nhân dân tỉnh Tây Ninh")


def test_groups_stay_groups() -> None:
    found = tasks(
        paper(
            "1. Chủ tịch Uỷ ban nhân dân các tỉnh, thành phố trực thuộc trung ương chỉ đạo kiểm "
            "tra công trình đê điều.\n"
            "2. Bộ trưởng, Thủ trưởng cơ quan ngang bộ, Thủ trưởng cơ quan thuộc Chính phủ rà "
            "soát tài sản công dôi dư.\n"
            "3. Ủy ban nhân dân các xã, phường, đặc khu lập danh sách hộ cần di dời."
        )
    )
    assert [(task.lead[0], task.group) for task in found] == [
        (PROVINCES, "provinces"),
        ("các bộ, cơ quan ngang bộ, cơ quan thuộc Chính phủ", "ministries"),
        ("Ủy ban nhân dân các xã, phường, đặc khu", "communes"),
    ]


def test_a_body_that_is_told_to_have_another_lead_gives_the_lead_away() -> None:
    found = tasks(
        paper(
            "1. Bộ Công Thương chỉ đạo Tập đoàn Điện lực Việt Nam chủ trì, phối hợp với các đơn "
            "vị liên quan bảo đảm đủ điện.\n"
            "2. Bộ Tài chính chỉ đạo Bảo hiểm xã hội Việt Nam chi trả kịp thời các chế độ."
        )
    )
    assert [task.lead for task in found] == [("Tập đoàn Điện lực Việt Nam",), ("Bộ Tài chính",)]


def test_an_official_by_name_can_lead() -> None:
    task = one(paper("1. Phân công Phó Thủ tướng Chính phủ Trần Văn Mẫu trực tiếp chỉ đạo khắc phục hậu quả bão."))
    assert task.lead == ("Phó Thủ tướng Chính phủ Trần Văn Mẫu",)
    assert task.responsible == "Phó Thủ tướng Chính phủ Trần Văn Mẫu"


def test_requests_outside_the_chain_of_command_count() -> None:
    task = one(paper("1. Trân trọng đề nghị Ủy ban Trung ương Mặt trận Tổ quốc Việt Nam giám sát việc chi trả hỗ trợ."))
    assert task.lead == ("Ủy ban Trung ương Mặt trận Tổ quốc Việt Nam",)


def test_an_opening_phrase_stands_before_the_lead() -> None:
    found = tasks(
        paper(
            "1. Về thể chế: Giao Bộ Tư pháp chủ trì, phối hợp với Bộ Công an hoàn thiện dự án Luật.\n"
            "2. Trên cơ sở báo cáo của các địa phương, Bộ Tài chính tổng hợp nhu cầu kinh phí.\n"
            "3. Trong tháng 6 năm 2026, Bộ Nội vụ hướng dẫn xếp lương."
        )
    )
    assert [(t.lead, t.coordinate, t.deadline) for t in found] == [
        (("Bộ Tư pháp",), ("Bộ Công an",), None),
        (("Bộ Tài chính",), (), None),
        (("Bộ Nội vụ",), (), date(2026, 6, 30)),
    ]


def test_a_lead_in_brackets_at_the_end_is_found() -> None:
    task = one(
        paper(
            "1. Xây dựng cơ sở dữ liệu đất đai quốc gia (Bộ Nông nghiệp và Môi trường chủ trì, "
            "hoàn thành trong quý IV/2026)."
        )
    )
    assert (task.lead, task.deadline) == (("Bộ Nông nghiệp và Môi trường",), date(2026, 12, 31))


def test_the_opening_sentence_leads_points_that_name_nobody_with_doubt() -> None:
    found = tasks(
        paper(
            "Thủ tướng Chính phủ yêu cầu Chủ tịch Ủy ban nhân dân các tỉnh, thành phố trực thuộc "
            "trung ương thực hiện các nhiệm vụ sau:\n"
            "1. Kiểm tra toàn bộ bến khách ngang sông.\n2. Bộ Công an xử lý nghiêm phương tiện quá tải."
        )
    )
    assert [task.lead for task in found] == [(PROVINCES,), ("Bộ Công an",)]
    assert "lead_from_opening" in found[0].doubts
    assert found[0].confidence < found[1].confidence


# --- what is one task -------------------------------------------------------------------------------------


def test_several_verbs_and_semicolons_are_one_task() -> None:
    one(paper("1. Bộ Giáo dục và Đào tạo rà soát trường, lớp; sửa chữa phòng học hư hỏng; bố trí đủ giáo viên."))


def test_another_lead_after_a_semicolon_is_another_task() -> None:
    found = tasks(
        paper(
            "1. Giao Bộ Công an xây dựng dự thảo Nghị định; Bộ Tư pháp thẩm định dự thảo Nghị "
            "định; giao Bộ Tài chính bố trí kinh phí."
        )
    )
    assert [task.lead for task in found] == [("Bộ Công an",), ("Bộ Tư pháp",), ("Bộ Tài chính",)]


def test_another_time_is_another_task() -> None:
    found = tasks(
        paper(
            "1. Bộ Nội vụ tổng hợp số liệu trước ngày 01/6/2026, báo cáo Thủ tướng Chính phủ trước ngày 15/6/2026.\n"
            "2. Bộ Y tế ban hành hướng dẫn trước ngày 01/7/2026; tổ chức tập huấn trước ngày 01/8/2026."
        )
    )
    assert [(task.lead[0], task.deadline) for task in found] == [
        ("Bộ Nội vụ", date(2026, 6, 1)),
        ("Bộ Nội vụ", date(2026, 6, 15)),
        ("Bộ Y tế", date(2026, 7, 1)),
        ("Bộ Y tế", date(2026, 8, 1)),
    ]


def test_a_further_sentence_with_other_work_is_a_task_and_an_explaining_one_is_not() -> None:
    found = tasks(
        paper(
            "1. Bộ Công Thương xây dựng phương án cung ứng xăng dầu. Phương án phải nêu rõ lượng dự trữ của từng vùng. "
            "Báo cáo Thủ tướng Chính phủ tình hình thị trường hằng tuần."
        )
    )
    assert len(found) == 2
    assert "lượng dự trữ" in found[0].quote
    assert (found[1].lead, found[1].recurrence) == (("Bộ Công Thương",), "weekly")


def test_a_time_for_all_at_the_end_of_a_point_times_every_sentence_before_it() -> None:
    found = tasks(
        paper(
            "1. Bộ Nội vụ xây dựng đề án vị trí việc làm. Bộ Tài chính xác định kinh phí tinh "
            "giản. Thời hạn hoàn thành: trước ngày 30/9/2026."
        )
    )
    assert [(task.lead[0], task.deadline) for task in found] == [
        ("Bộ Nội vụ", date(2026, 9, 30)),
        ("Bộ Tài chính", date(2026, 9, 30)),
    ]


def test_contents_of_a_report_are_no_tasks_but_the_report_is() -> None:
    task = one(
        paper(
            "1. Bộ Xây dựng báo cáo Thủ tướng Chính phủ các nội dung sau:\na) Số công trình chậm "
            "tiến độ.\nb) Tổ chức bộ máy của từng ban quản lý."
        )
    )
    assert task.clause == "Khoản 1"


def test_requirements_below_an_order_only_qualify_it() -> None:
    text = paper(
        "1. Giao Bộ Tư pháp hoàn thiện hồ sơ dự án Luật, bảo đảm các yêu cầu sau:\na) Thể chế "
        "hóa đầy đủ chủ trương.\nb) Cắt giảm thủ tục."
    )
    assert one(text).lead == ("Bộ Tư pháp",)


def test_grounds_approvals_accounts_and_closing_words_are_no_tasks() -> None:
    text = paper(
        "Căn cứ Luật Tổ chức Chính phủ ngày 18 tháng 02 năm 2025;\n"
        "Thời gian qua, Bộ Nội vụ đã tích cực triển khai sắp xếp bộ máy.\n"
        "Điều 1. Đồng ý với đề nghị của Bộ Tài chính về phương án phân bổ vốn.\n"
        "Điều 2. Quyết định này có hiệu lực thi hành kể từ ngày ký.\n"
        "Điều 3. Các Bộ trưởng, Thủ trưởng cơ quan ngang bộ chịu trách nhiệm thi hành Quyết định này.\n"
        "Trong quá trình thực hiện, nếu có khó khăn, vướng mắc, các địa phương phản ánh về Bộ Nội vụ."
    )
    assert tasks(text) == []


def test_views_and_aims_are_principles_and_a_ban_is_a_prohibition() -> None:
    reading = read_text(
        paper(
            "I. MỤC TIÊU\n1. Xây dựng nền hành chính phục vụ.\nII. NHIỆM VỤ\n"
            "1. Các cơ quan phải chấp hành nghiêm các yêu cầu sau:\na) Không được đặt thêm thủ "
            "tục.\nb) Trả lời đúng hạn.\n"
            "2. Rà soát thủ tục hành chính.\n3. Bộ Nội vụ thống kê số phòng, ban."
        )
    )
    roles = {reading.text[p.start : p.end][:12]: p.role for p in reading.passages}
    assert roles["1. Xây dựng "] == "principle"
    assert roles["a) Không đượ"] == "prohibition"
    assert roles["b) Trả lời đ"] == "standing"
    assert roles["2. Rà soát t"] == "unassigned"
    assert [task.lead for task in reading.candidates] == [("Bộ Nội vụ",)]


def test_who_follows_up_is_marked_as_monitor() -> None:
    found = tasks(
        paper(
            "1. Bộ Y tế mua thuốc dự phòng.\nGiao Văn phòng Chính phủ theo dõi, đôn đốc việc thực hiện Chỉ thị này./."
        )
    )
    assert [task.monitor for task in found] == [False, True]


def test_a_plan_title_with_its_lines_is_one_task() -> None:
    found = tasks(
        paper(
            "II. NỘI DUNG\n1. Tập huấn kỹ năng số cho cán bộ cấp xã\n- Nội dung: Sử dụng chữ ký số, tra cứu dữ liệu.\n"
            "- Cơ quan chủ trì: Sở Khoa học và Công nghệ.\n- Cơ quan phối hợp: Sở Nội vụ; UBND "
            "các xã, phường, đặc khu.\n"
            "- Thời gian thực hiện: Quý IV/2026.\n- Sản phẩm: Báo cáo kết quả tập huấn.\n"
            "2. Số hóa hồ sơ đất đai\nCơ quan chủ trì: Sở Nông nghiệp và Môi trường\nThời gian: năm 2026 - 2027"
        )
    )
    assert [(t.lead, t.coordinate, t.deadline) for t in found] == [
        (
            ("Sở Khoa học và Công nghệ",),
            ("Sở Nội vụ", "Ủy ban nhân dân các xã, phường, đặc khu"),
            date(2026, 12, 31),
        ),
        (("Sở Nông nghiệp và Môi trường",), (), date(2027, 12, 31)),
    ]
    assert found[0].quote == "1. Tập huấn kỹ năng số cho cán bộ cấp xã"
    assert found[0].product == "Báo cáo kết quả tập huấn"


def test_a_plan_attached_after_the_signature_is_read_too() -> None:
    text = paper("Điều 1. Ban hành kèm theo Quyết định này Kế hoạch rà soát.") + (
        "KẾ HOẠCH\nRà soát văn bản\n(Kèm theo Quyết định số 77/QĐ-TTg)\n1. Bộ Tư pháp tổng hợp "
        "kết quả rà soát trước ngày 30/11/2026.\n"
    )
    task = one(text)
    assert (task.lead, task.path) == (("Bộ Tư pháp",), "att=1;cl=1")


def test_broken_lines_are_read_as_paragraphs() -> None:
    text = paper(
        "1. Bộ Nông nghiệp và Môi trường chủ trì, phối hợp với Bộ Xây\n"
        "dựng và các địa phương liên quan rà soát, cập nhật bản đồ phân\n"
        "vùng sạt lở đất, lũ quét, báo cáo Thủ tướng Chính phủ kết quả\n"
        "trước ngày 30 tháng 6 năm 2026.\n"
        "2. Ủy ban nhân dân các tỉnh, thành phố trực thuộc trung ương kiểm\n"
        "tra các khu dân cư ven sông, ven biển có nguy cơ sạt lở cao và\n"
        "sơ tán dân khi cần thiết.\n"
        "3. Bộ Quốc phòng chuẩn bị lực lượng, phương tiện tham gia công tác\n"
        "cứu hộ, cứu nạn theo đề nghị của các địa phương."
    )
    found = tasks(text)
    assert [task.lead[0] for task in found] == ["Bộ Nông nghiệp và Môi trường", PROVINCES, "Bộ Quốc phòng"]
    assert found[0].coordinate[0] == "Bộ Xây dựng"
    assert found[0].deadline == date(2026, 6, 30)
    assert found[0].quote in text


# --- times ------------------------------------------------------------------------------------------------


def test_an_hour_is_kept_and_a_quarter_ends_on_its_last_day() -> None:
    found = tasks(
        paper(
            "1. Bộ Công Thương báo cáo trước 17 giờ 30 ngày 20 tháng 5 năm 2026.\n"
            "2. Bộ Tư pháp trình Chính phủ dự thảo Nghị định trong Quý III năm 2026.\n"
            "3. Bộ Nội vụ hoàn thành rà soát trong tháng 11.\n"
            "4. Bộ Y tế hoàn thành trong năm 2026 việc nâng cấp trạm y tế."
        )
    )
    assert [task.deadline for task in found] == [
        date(2026, 5, 20),
        date(2026, 9, 30),
        date(2026, 11, 30),
        date(2026, 12, 31),
    ]
    assert found[0].deadline_time == time(17, 30)
    assert "no_year" in found[2].doubts


def test_dates_of_other_papers_and_words_of_haste_are_no_deadlines() -> None:
    found = tasks(
        paper(
            "1. Bộ Tài chính khẩn trương thực hiện Nghị quyết số 70/NQ-CP ngày 31 tháng 12 năm 2026 của Chính phủ.\n"
            "2. Bộ Xây dựng rà soát các dự án đã được phê duyệt trước ngày 01 tháng 7 năm 2025."
        )
    )
    assert [(task.deadline, task.deadline_text) for task in found] == [(None, None)] * 2
    assert found[0].deadline_kind == "immediate"


def test_a_count_of_days_has_words_and_no_date() -> None:
    task = one(paper("1. Bộ Nội vụ trả lời địa phương trong thời hạn 10 ngày làm việc kể từ ngày nhận được văn bản."))
    assert (task.deadline, task.deadline_kind) == (None, "relative")
    assert task.deadline_text == "trong thời hạn 10 ngày làm việc kể từ ngày nhận được văn bản"


def test_recurring_work_has_its_period_and_no_date() -> None:
    found = tasks(
        paper(
            "1. Bộ Tài chính báo cáo Chính phủ trước ngày 20 hằng tháng.\n"
            "2. Bộ Nội vụ định kỳ 6 tháng đánh giá tình hình biên chế.\n"
            "3. Bộ Y tế lập dự toán ngân sách hằng năm của các bệnh viện."
        )
    )
    assert [(task.recurrence, task.deadline) for task in found] == [
        ("monthly", None),
        ("semiannual", None),
        (None, None),
    ]


# --- English ----------------------------------------------------------------------------------------------


def test_english_orders_with_lead_coordinators_and_time() -> None:
    found = tasks(
        english(
            "The Prime Minister requests:\n"
            "1. The Ministry of Health shall assume the prime responsibility for, and coordinate "
            "with the Ministry of Finance and "
            "relevant agencies in, preparing a plan on medicine reserves, and submit it to the "
            "Prime Minister before 30 June 2026.\n"
            "2. The Ministers of National Defence and Public Security to evacuate people from dangerous areas.\n"
            "3. Chairpersons of the People's Committees of the provinces of Gia Lai, Dak Lak and "
            "Ha Noi city shall report damage weekly.\n"
            "4. The State Bank of Viet Nam, in coordination with the Ministry of Finance, shall "
            "propose debt relief by the end of 2026.\n"
            "The Government Office shall monitor and urge the implementation of this Official Dispatch./."
        )
    )
    assert [task.lead for task in found] == [
        ("Ministry of Health",),
        ("Ministry of National Defence", "Ministry of Public Security"),
        (
            "People's Committee of Gia Lai province",
            "People's Committee of Dak Lak province",
            "People's Committee of Ha Noi city",
        ),
        ("State Bank of Viet Nam",),
        ("Government Office",),
    ]
    assert found[0].coordinate == ("Ministry of Finance", "relevant agencies")
    assert found[3].coordinate == ("Ministry of Finance",)
    assert [task.deadline for task in found] == [date(2026, 6, 30), None, None, date(2026, 12, 31), None]
    assert found[2].recurrence == "weekly"
    assert found[4].monitor


def test_english_points_inherit_from_their_heading() -> None:
    found = tasks(
        english(
            "1. Ministries, ministerial-level agencies and government-attached agencies:\n"
            "a) Review business conditions and send the results to the Government Office before June 15, 2026.\n"
            "b) Publish the settlement of dossiers on a quarterly basis.\n"
            "2. Assign the Ministry of Justice to draft a decree in the third quarter of 2026."
        )
    )
    assert [(task.group, task.deadline, task.recurrence) for task in found] == [
        ("ministries", date(2026, 6, 15), None),
        ("ministries", None, "quarterly"),
        (None, date(2026, 9, 30), None),
    ]


# --- what is shown beside a task --------------------------------------------------------------------------


def test_the_six_clear_points_say_what_the_text_leaves_open() -> None:
    clear, vague = tasks(
        paper(
            "1. Bộ trưởng Bộ Xây dựng ban hành Thông tư hướng dẫn định mức, báo cáo Thủ tướng "
            "Chính phủ trước ngày 30/6/2026.\n"
            "2. Các cơ quan liên quan tăng cường công tác tuyên truyền."
        )
    )
    assert all(six_points(clear).values())
    assert six_points(vague) == {
        "person": False,
        "work": False,
        "time": False,
        "responsibility": False,
        "product": False,
        "authority": False,
    }
    assert vague.confidence < clear.confidence


def test_the_file_for_scoring_has_quotes_of_at_most_300_letters_found_in_the_text() -> None:
    text = paper(
        "1. Bộ Y tế rà soát " + "nhu cầu thuốc của từng trạm y tế, " * 30 + "báo cáo Chính phủ trước ngày 30/6/2026."
    )
    reading = read_text(text)
    row = to_json(reading)["tasks"][0]
    assert len(row["quote"]) <= 300
    assert row["quote"] in reading.text
    assert row["deadline"] == "2026-06-30"
    assert to_json(reading)["document"]["number"] == "77/CT-TTg"


def test_leads_are_found_behind_names_titles_and_levels() -> None:
    found = tasks(
        paper(
            "1. Giao đồng chí Trần Văn Mẫu, Bộ trưởng Bộ Xây dựng chỉ đạo xử lý dứt điểm các dự án chậm tiến độ.\n"
            "2. Chủ tịch Hội đồng thành viên, Tổng Giám đốc Tập đoàn Điện lực Việt Nam chịu trách nhiệm bảo đảm điện.\n"
            "3. Trưởng ban Ban Chỉ đạo Phòng thủ dân sự cấp tỉnh quyết định việc cấm đường.\n"
            "4. Bộ Ngoại giao chủ trì, cùng Bộ Công Thương đàm phán hiệp định.\n"
            "5. Trước 17h ngày 10/9, các bộ gửi báo cáo về Bộ Tài chính."
        )
    )
    assert [task.lead for task in found] == [
        ("Bộ Xây dựng",),
        ("Tập đoàn Điện lực Việt Nam",),
        ("Ban Chỉ đạo Phòng thủ dân sự cấp tỉnh",),
        ("Bộ Ngoại giao",),
        ("các bộ",),
    ]
    assert found[3].coordinate == ("Bộ Công Thương",)
    assert found[4].deadline == date(2026, 9, 10)


def test_words_piled_up_to_be_tried_in_every_combination_are_read_at_once() -> None:
    for piled in (
        "1. Bộ Y tế " + "thực hiện các nhiệm vụ " * 300 + "x.",
        "1. Các bộ, cơ quan ngang bộ " + "nghiêm túc thực hiện nghiêm túc " * 300 + "Chỉ thị kia.",
        "1. Bộ Y tế báo cáo. " + "hoàn thành việc này xong " * 300 + "trước ngày 30/9/2026 y.",
        "1. " + "phối hợp với " * 2000,
        "1. " + "(" * 5000,
    ):
        assert read_text(paper(piled)).text


def test_who_sits_on_a_committee_is_no_task() -> None:
    text = (
        "Điều 1. Kiện toàn Ban Chỉ đạo, gồm các thành viên sau đây:\n"
        "1. Trưởng ban: Phó Thủ tướng Chính phủ Lê Thị Hoa.\n2. Bộ trưởng Bộ Nội vụ, Phó Trưởng ban thường trực;\n"
        "Điều 2. Bộ Nội vụ báo cáo Thủ tướng Chính phủ trước ngày 30 tháng 9 năm 2026."
    )
    assert [task.lead for task in read_text(text).candidates] == [("Bộ Nội vụ",)]


def test_where_the_money_comes_from_is_no_task() -> None:
    text = (
        "1. Bộ Y tế có trách nhiệm:\na) Xây dựng kế hoạch triển khai Chương trình.\n"
        "b) Kinh phí triển khai các nhiệm vụ thực hiện theo quy định của pháp luật."
    )
    assert [task.clause for task in read_text(text).candidates] == ["Khoản 1 điểm a"]
