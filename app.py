"""The frame: page configuration, navigation, global filters. What a page shows is the page's own."""

import streamlit as st

from components.view.server import build_api, build_middleware, open_house, time_run

if __name__ == "__main__":
    # Here and not above, because the caches that come with them want a running server.
    from components.parts.toolbar import show_toolbar
    from components.view.filter_bar import open_view, show_filters, show_link
    from components.view.layout import (
        build_alias,
        build_pages,
        name_title,
        require_record,
        show_desk_notice,
        show_style,
        tell_store_loss,
    )
    from components.view.masthead import show_masthead
    from components.view.page_frame import mount_frame

    pages = build_pages()
    alias = build_alias(pages)
    page = st.navigation([*pages.values(), alias], position="hidden")
    if page == alias:
        page.run()
    current = next(name for name, known in pages.items() if known == page)
    st.set_page_config(page_title=name_title(current), layout="wide")
    require_record()
    with time_run(current), tell_store_loss():
        open_view(current)
        show_style()
        show_masthead(current)
        show_toolbar()
        mount_frame()
        # One place for what comes and goes: were the page's own parts to move down, a map or chart would be drawn anew.
        with st.container():
            show_desk_notice()
            link = show_filters(current)
        page.run()
        show_link(link)
else:
    # `streamlit run app.py` finds this server, and the server runs this same file for every visitor.
    app = st.App(__file__, lifespan=open_house, routes=build_api(), middleware=build_middleware())
