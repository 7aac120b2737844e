module example.com/iris

go 1.25
