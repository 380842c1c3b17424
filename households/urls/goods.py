"""Addresses of 四个好 and 四好村."""

from django.urls import path

from households.goods import views

urlpatterns = [
    path("goods/", views.goods, name="goods"),
    path("goods/items/", views.goods_items, name="goods-items"),
    path("goods/list/<slug:what>/<slug:state>/", views.goods_list, name="goods-list"),
    path("goods/households/<int:pk>/", views.goods_household, name="goods-household"),
]
