import pytest
from tests.browser.conftest import *
@pytest.mark.parametrize('n', range(8))
def test_f(shop_server, till_at, n):
    shop=shop_server(); till=till_at(shop)
    reqs=[]
    till.page.on('response', lambda r: reqs.append((r.status,r.url.split('/api/v1')[-1])))
    till.first_sign_in()
    till.type_anywhere('13912345678')
    till.page.wait_for_timeout(1500)
    ok=till.part('join').count()
    if not ok:
        till.page.screenshot(path=f'/tmp/tilldev/flake{n}.png'); print(reqs[-8:], till.page.evaluate("document.getElementById('search')?.value"), till.faults)
    assert ok
