/*
  Warnings:

  - A unique constraint covering the columns `[title]` on the table `Post` will be added.
*/
-- AlterTable
ALTER TABLE "User" ADD COLUMN     "bio" TEXT,
ADD COLUMN     "createdAt" TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP;

-- CreateIndex
CREATE UNIQUE INDEX "Post_title_key" ON "Post"("title");
