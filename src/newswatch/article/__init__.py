"""3 ½ PAGES: the document behind an entry becomes an `ArticleText`: extracted, cleaned, and with what is wrong with it.

`worker` reads pages in processes of their own, `extract` is what happens there. Import that one nowhere else: it brings
trafilatura, which takes half a second and 40 MB.
"""
