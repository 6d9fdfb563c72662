# A file instead of a directory.
gatewayctl report audit/seg/00000000000000000001.jsonl --by model,team --format csv
