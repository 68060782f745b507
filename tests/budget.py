"""What CI has time for: ten minutes on two cores for everything."""

# CI tries every eighth case of a long list, `make test-long` all of them or the others.
STRIDE = 8
# And every twentieth of the verbs that must renew pages, because each makes every page of a paper twice.
VERB_STRIDE = 20

# Cases that another one in CI covers nearly as well, and that take seconds: run once in a while by `make test-long`.
SECOND_CASES = (
    "tests/articles/search/test_index.py::test_a_body_of_any_kind_is_indexed[Chinese]",
    "tests/articles/search/test_index.py::test_a_body_of_any_kind_is_indexed[one word]",
    "tests/articles/test_admin.py::test_a_button_pressed_on_an_old_page_saves_and_does_nothing[_accept]",
    "tests/articles/test_admin.py::test_a_button_pressed_on_an_old_page_saves_and_does_nothing[_publish]",
    "tests/articles/test_admin.py::test_a_form_without_the_right_version_is_refused[2]",
    "tests/articles/test_admin.py::test_a_form_without_the_right_version_is_refused[x]",
    "tests/articles/test_admin.py::test_a_writer_who_forges_a_button_is_refused_in_words[_accept]",
    "tests/articles/test_admin.py::test_a_writer_who_forges_a_button_is_refused_in_words[_cancel]",
    "tests/articles/test_admin.py::test_a_writer_who_forges_a_button_is_refused_in_words[_send_back]",
    "tests/articles/test_admin.py::test_a_writer_who_forges_a_button_is_refused_in_words[_withdraw]",
    "tests/articles/test_admin_full_text.py::test_any_query_is_answered",
    "tests/articles/test_conflicts.py::test_the_longest_body_is_compared",
    "tests/articles/test_pictures.py::test_every_crop_is_of_the_kind_and_size_that_it_is_asked_for[CMYK]",
    "tests/articles/test_pictures.py::test_where_by_what_and_how_a_picture_was_taken_is_in_no_file_that_is_kept[PNG]",
    "tests/articles/test_scheduling.py::test_no_role_publishes_past_an_embargo_now_or_by_the_clock[admin]",
    "tests/comments/test_migrations.py::test_what_waits_gets_its_place",
    "tests/comments/test_replay.py::test_whatever_authors_and_moderators_do_the_ledger_yields_it[1]",
    "tests/comments/test_replay.py::test_whatever_authors_and_moderators_do_the_ledger_yields_it[2]",
    "tests/comments/test_reporting.py::test_the_same_report_a_thousand_times",
    "tests/journeys/test_accessible.py::test_axe_finds_nothing[dark, large]",
    # A story's page, the newsroom's front page and the desk are looked at each by a test of its own.
    "tests/journeys/test_accessible.py::test_axe_finds_nothing_in_newsroom_and_desk",
    "tests/journeys/test_desk.py::test_a_second_moderator_with_an_old_page_is_told_who_decided[without]",
    "tests/journeys/test_desk.py::test_what_a_moderator_approves_stands_on_the_readers_next_request[without]",
    "tests/journeys/test_newsroom.py::test_a_writer_hands_in_and_may_not_publish[without]",
    "tests/journeys/test_newsroom.py::test_an_editor_writes_a_story_publishes_it_and_sees_it[without]",
    "tests/journeys/test_nothing_lost.py::test_two_write_at_one_story_and_the_second_chooses[without]",
    "tests/journeys/test_pictures.py::test_a_picture_is_added_and_deleted_and_one_in_use_is_not[without]",
    "tests/journeys/test_reader.py::test_an_address_is_confirmed_by_the_mailed_link_and_not_by_opening_it[without]",
    "tests/journeys/test_writing.py::test_a_body_past_all_measure_is_still_there_in_the_browser[deep]",
    # `.ci/smoke` starts the demo and reads it.
    "tests/newsportal/test_demo.py",
    "tests/security/test_matrix.py::test_an_address_opens_to_whom_the_table_names[editors-",
    "tests/security/test_matrix.py::test_an_address_opens_to_whom_the_table_names[lead moderators-",
    "tests/security/test_matrix.py::test_an_address_opens_to_whom_the_table_names[moderators-",
    "tests/security/test_naughty.py",
)
