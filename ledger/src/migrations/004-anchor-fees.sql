-- What the newest attempt offered, in wei per gas: a replacement must offer more, also after a restart.
ALTER TABLE anchor ADD COLUMN max_fee numeric(40), ADD COLUMN max_tip numeric(40);
