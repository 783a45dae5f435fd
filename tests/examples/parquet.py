import pyarrow.parquet, sys, tenure
table = pyarrow.parquet.read_table(sys.argv[2])
run = tenure.Policy.compile(sys.argv[1]).run(sys.argv[4])
verdict = pyarrow.table(run.decide(table, "entry"))["verdict"]
pyarrow.parquet.write_table(table.filter(pyarrow.compute.not_equal(verdict, "delete")), sys.argv[3])
